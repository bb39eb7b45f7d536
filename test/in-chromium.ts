import { describe } from 'vitest';
import { missingChromium } from '../tools/docs/chromium.ts';

/** Tests in Chromium; where it is missing they are skipped, and say so. */
export function describeInChromium(what: string, tests: () => void): void {
  const title = missingChromium ? `${what}: skipped, ${missingChromium}` : what;
  describe.skipIf(missingChromium !== undefined)(title, tests);
}
