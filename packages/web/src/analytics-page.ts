import { saveAs, svgToPng } from './picture.ts';

/** Adds to the charts, which the server has rendered, the picture that only a browser can make. */
export function enhanceCharts(main: HTMLElement): void {
  for (const button of main.querySelectorAll<HTMLButtonElement>('button[data-png]')) {
    button.hidden = false;
    button.addEventListener('click', () => void download(button));
  }
}

async function download(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  try {
    const svg = await (await fetch(button.dataset['png']!)).text();
    saveAs(await svgToPng(svg), `${button.dataset['name']}.png`);
  } finally {
    button.disabled = false;
  }
}
