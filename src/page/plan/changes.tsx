import { shown } from '../parts/shown.ts';
import type { Plan } from './plan-view.tsx';

type Resource = Plan['resources'][number];

const WORDS: Partial<
  Record<Resource['action'], { readonly sign: string; readonly word: string; readonly tone: string }>
> = {
  create: { sign: '+', word: 'is made', tone: 'good' },
  update: { sign: '~', word: 'changes', tone: 'busy' },
  adopt: { sign: '→', word: 'is taken over', tone: 'busy' },
  replace: { sign: '±', word: 'is replaced', tone: 'wait' },
  delete: { sign: '−', word: 'is deleted', tone: 'bad' },
  forbidden: { sign: '!', word: 'is refused', tone: 'bad' },
};
/** Longer values are cut; the command line has them whole. */
const MOST = 300;

/** What is written, field by field, before and after. */
export function Changes({ resources }: { readonly resources: readonly Resource[] }) {
  return (
    <ul class="changes">
      {resources.map((resource) => (
        <li key={resource.key}>
          <Change resource={resource} />
        </li>
      ))}
    </ul>
  );
}

function Change({ resource: { key, action, reason, changes = [], data } }: { readonly resource: Resource }) {
  const { sign, word, tone } = WORDS[action] ?? { sign: '·', word: action, tone: 'calm' };
  const head = (
    <>
      <span class={`status ${tone}`}>
        <span aria-hidden="true">{sign}</span> {word}
      </span>{' '}
      <code>{shown(key, 200)}</code>
      {reason && <span class="quiet"> {shown(reason, 300)}</span>}
      {data && <span class="bad-text"> holds data{data.size ? `: ${shown(data.size, 60)}` : ''}</span>}
    </>
  );
  if (changes.length === 0) return <p>{head}</p>;
  return (
    <details open={action !== 'create'}>
      <summary>{head}</summary>
      <section class="scroll" tabIndex={0} aria-label={`Fields of ${shown(key, 200)}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, from, to, danger, knownAfter }) => (
              <tr key={path}>
                <td class="wide">
                  <code>{shown(path, MOST)}</code>
                  {danger && <p class="bad-text">{shown(danger, MOST)}</p>}
                </td>
                <td class="wide">{shown(from, MOST)}</td>
                <td class="wide">
                  {shown(to, MOST)}
                  {knownAfter && <p class="quiet">known after {knownAfter}</p>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
