import { compileSchedule, type Schedule } from '../src/domain/schedule.ts';
import { STEPS, stepDefinition } from '../src/domain/steps.ts';

/** The section's own words begin after its table. */
const GENERATED = /^## The steps\n[\s\S]*?(?:\n\|[^\n]*)+\n/m;

/** The README with the schedule and the table of the steps as they are defined. */
export function readmeWithSteps(readme: string): string {
  if (!GENERATED.test(readme)) throw new Error('the README has no section with the steps');
  return readme.replace(GENERATED, () => section());
}

function section(): string {
  const rows = STEPS.map(({ number, name, makes }) => `| ${number} | \`${name}\` | ${makes} |`);
  return ['## The steps\n', `\`${scheduleText()}\`\n`, '| # | Step | Makes |', '|---|---|---|', ...rows, ''].join('\n');
}

function scheduleText(): string {
  return withinParentheses(compileSchedule(STEPS)).replace(/^\((.*)\)$/, '$1');
}

function withinParentheses(schedule: Schedule): string {
  if (schedule.kind === 'step') return String(stepDefinition(schedule.step).number);
  return `(${schedule.parts.map(withinParentheses).join(schedule.kind === 'series' ? ' → ' : ' ∥ ')})`;
}
