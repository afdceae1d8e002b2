import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

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
