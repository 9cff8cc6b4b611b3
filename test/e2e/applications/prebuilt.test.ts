import { describe, it } from 'vitest';
import { liveThrough, type Scenario } from '../../helpers/public-application.ts';

const SCENARIOS: readonly Scenario[] = [
  { name: 'journal', builds: [] },
  { name: 'backend', builds: [] },
];

describe('applications of ready images', () => {
  it.each(SCENARIOS)('$name lives', liveThrough);
});
