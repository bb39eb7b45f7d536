import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Read by progress.ts. */
const FILE = 'coverage/mutation/tested.ndjson';

/**
 * A reporter for Stryker, whose own write only once everything is tested: a line of JSON for each change that is planned, and one
 * for each that has been tested, at once, so that an interrupted run leaves what it has.
 */
class LinesReporter {
  onMutationTestingPlanReady({ mutantPlans }) {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, mutantPlans.map(({ mutant }) => `${line(mutant, 'planned')}\n`).join(''));
  }

  onMutantTested(mutant) {
    appendFileSync(FILE, `${line(mutant, mutant.status)}\n`);
  }
}

function line({ id, fileName, location, mutatorName, replacement }, status) {
  return JSON.stringify({
    id,
    file: fileName,
    at: location.start,
    mutator: mutatorName,
    replacement,
    status,
  });
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'lines', injectableClass: LinesReporter }];
