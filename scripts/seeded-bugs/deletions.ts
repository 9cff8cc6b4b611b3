import type { Rows } from './rows.ts';

const DECISION = ['test/unit/domain/removal/removal-decision.test.ts'];
const ORDER = ['test/unit/domain/removal/removal-order.test.ts'];
const RUN = ['test/unit/perform/removal-run.test.ts'];

/** What must never be deleted, and in which order the rest goes. */
export const DELETIONS: Rows = {
  'src/domain/removal/removal-decision.ts': [
    [
      'a resource of another environment deleted',
      "if (typeof mark === 'object') return { action: 'keep', reason: `of the environment ${mark.environment}` };",
      '',
      DECISION,
    ],
    ['what was adopted deleted', 'if (!isMadeByUs(candidate)) {', 'if (false) {', DECISION],
    ['data deleted that is to be kept', 'if (keepData && record.holds_data)', 'if (false)', DECISION],
  ],
  'src/domain/removal/removal-order.ts': [
    ['what is needed deleted first', 'if (isBelow(other.id, one.id)) return true;', '', ORDER],
    [
      'steps in the order in which they make',
      'stepsBefore(other.step).has(one.step)',
      'stepsBefore(one.step).has(other.step)',
      ORDER,
    ],
  ],
  'src/domain/removal/confirmation.ts': [
    [
      'a yes taken for the name',
      'removal?.deletesData && !destroy?.confirmed',
      'removal?.deletesData && false',
      DECISION,
    ],
  ],
  'src/perform/remove-for-good.ts': [
    ['a group deleted with what is in it', 'if (inIt.length === 0) return undefined;', 'return undefined;', RUN],
    ['a deletion believed without a look', 'if (!(await isThere(azure.arm, resource)))', 'if (true)', RUN],
  ],
};
