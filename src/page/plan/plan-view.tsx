import { amount } from '../environments/facts.tsx';
import { shown } from '../parts/shown.ts';
import { about } from '../parts/time.ts';
import { Changes } from './changes.tsx';
import type { Plan, PlannedResource as Resource } from './plan.ts';

/** What is not touched is behind a line. */
const TOUCHED: readonly Resource['action'][] = ['create', 'update', 'replace', 'forbidden', 'adopt', 'delete'];

/** What a run will do, or did: fields before and after, money, what is left behind, and what to know before one decides. */
export function PlanView({ plan }: { readonly plan: Plan }) {
  const touched = plan.resources.filter(({ action }) => TOUCHED.includes(action));
  const left = plan.resources.filter(({ action }) => action === 'left_behind' || action === 'orphan');
  const kept = plan.resources.filter(({ action }) => action === 'keep');
  const running = plan.steps.filter(({ action }) => action !== 'skip');
  const seconds = plan.criticalPath.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  return (
    <section aria-labelledby="plan" class="plan">
      <h2 id="plan">Plan</h2>
      <p>
        {summaryOf(plan, touched.length, running.length)}
        {seconds > 0 && <span class="quiet"> Takes {about(seconds)}.</span>}
      </p>
      {plan.target && (
        <p class="quiet">
          Resource group {shown(plan.target.resourceGroup, 100)} in {shown(plan.target.location, 60)}
        </p>
      )}
      <Warnings plan={plan} />
      {plan.cost && <Cost cost={plan.cost} overLimit={plan.overLimit} />}
      <Changes resources={touched} />
      {left.length > 0 && (
        <Names
          title="Left behind"
          of={left}
          why="Not in the configuration any more; it stays, and costs what it costs."
        />
      )}
      {kept.length > 0 && <Names title="Stays as it is" of={kept} why="" />}
      {running.length > 0 && (
        <details>
          <summary>Why these {running.length} steps</summary>
          <dl class="reasons">
            {running.map(({ step, number, reason, action }) => (
              <div key={step}>
                <dt>
                  {number}. {step}
                </dt>
                <dd>
                  {action === 'maybe' && 'perhaps: '}
                  {shown(reason, 500)}
                </dd>
              </div>
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function summaryOf({ removal, resources }: Plan, touched: number, running: number): string {
  if (removal) {
    const data = removal.deletesData ? ', data included' : '';
    const deleted = resources.filter(({ action }) => action === 'delete').length;
    return `${counted(deleted, 'resource')} ${deleted === 1 ? 'is' : 'are'} deleted${data}.`;
  }
  if (running === 0) return 'Nothing to do: everything is as the configuration says.';
  return `${counted(running, 'step')} to run, ${counted(touched, 'resource')} to change.`;
}

function Warnings({ plan: { warnings, unseen = [] } }: { readonly plan: Plan }) {
  if (warnings.length + unseen.length === 0) return null;
  return (
    <ul class="notice warnings">
      {warnings.map((warning) => (
        <li key={warning}>⚠ {shown(warning)}</li>
      ))}
      {unseen.map((one) => (
        <li key={one}>Not looked at: {shown(one)}</li>
      ))}
    </ul>
  );
}

function Cost({
  cost,
  overLimit,
}: {
  readonly cost: NonNullable<Plan['cost']>;
  readonly overLimit: Plan['overLimit'];
}) {
  const { currency, now, after, change } = cost;
  const changed = cost.resources.filter((one) => Number(one.change) !== 0);
  return (
    <div class="panel">
      <p>
        <strong>
          {amount(now.sum, currency)} → {amount(after.sum, currency)}
        </strong>{' '}
        a month ({Number(change) > 0 ? '+' : ''}
        {amount(change, currency)}), estimated
      </p>
      {overLimit && (
        <p class="bad-text">More than the configuration allows: {amount(overLimit.limit, overLimit.currency)}.</p>
      )}
      {changed.length > 0 && (
        <details>
          <summary>Which resources</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">Resource</th>
                <th scope="col">Now</th>
                <th scope="col">After</th>
              </tr>
            </thead>
            <tbody>
              {changed.map((one) => (
                <tr key={one.key}>
                  <td class="wide">{shown(one.title, 200)}</td>
                  <td>{amount(one.now.sum, currency)}</td>
                  <td>{amount(one.after.sum, currency)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
      {cost.notPriced.length > 0 && (
        <p class="quiet">Without a price: {cost.notPriced.map(({ title }) => shown(title, 80)).join(', ')}</p>
      )}
    </div>
  );
}

function Names({ title, of, why }: { readonly title: string; readonly of: readonly Resource[]; readonly why: string }) {
  return (
    <div>
      <h3>{title}</h3>
      {why && <p class="quiet">{why}</p>}
      <ul class="names">
        {of.map(({ key, reason }) => (
          <li key={key}>
            <code>{shown(key, 200)}</code> <span class="quiet">{shown(reason ?? '', 300)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
