import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
export const CHROMIUM: string = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';

/** What is missing where there is no browser; else undefined. */
export const missingChromium: string | undefined = existsSync(CHROMIUM)
  ? undefined
  : `${CHROMIUM} is missing`;

/**
 * Playwright's own list as far as it concerns us (the last `--disable-features` of a command line counts), and the popup under
 * the address bar: Chromium renders it for every window, invisible here, at a third of a visit's time.
 */
const DISABLED_FEATURES = [
  'AimEnabled',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsFirstBalancedModeAutoEnable',
  'HttpsUpgrades',
  'LensOverlay',
  'MediaRouter',
  'NetworkTimeServiceQuerying',
  'OptimizationHints',
  'PaintHolding',
  'PreconnectToSearch',
  'ThirdPartyStoragePartitioning',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxPopup',
];

/** A browser that makes no requests of its own. `args`: more of its switches. */
export function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // On a busy machine it may take long; the caller has a limit for the whole.
    timeout: 0,
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${DISABLED_FEATURES.join(',')}`,
      ...args,
    ],
  });
}
