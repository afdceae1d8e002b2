import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-headless-shell', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium that is installed, or the one that `CHROMIUM` names; undefined if there is none. */
export const chromiumPath: string | undefined = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));

/** Ends the title of what is skipped without it. */
export const WITHOUT_CHROMIUM =
  chromiumPath === undefined
    ? ' (not tested, as there is no Chromium: apt-get install chromium-headless-shell, or name one in CHROMIUM)'
    : '';

/** Chromium without its calls home, which fail noisily if there is no network. */
export async function launchChromium(): Promise<Browser> {
  const quiet = [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  // Its sandbox refuses root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox', ...quiet] : quiet;
  return chromium.launch({ ...(chromiumPath !== undefined && { executablePath: chromiumPath }), args });
}

/** What axe finds wrong with a page, each with the places. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
  });
}
