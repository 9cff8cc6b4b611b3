import { useState } from 'preact/hooks';
import { Repair } from '../actions/repair.tsx';
import { useRight } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { dateTime } from '../parts/time.ts';
import { driftFound } from './drift-check.tsx';

/** What the last look found, field by field; nothing where nothing was found. */
export function Drift({ environment }: { readonly environment: string }) {
  const mayDeploy = useRight('deploy');
  const [isOpen, setOpen] = useState(false);
  const last = driftFound(environment);
  if (!last || (last.report.drift.length === 0 && last.report.unfinishedRepair === undefined)) return null;
  const { drift, notes = [], unfinishedRepair } = last.report;
  const isRepairable = drift.some(({ repaired }) => repaired) || unfinishedRepair !== undefined;
  return (
    <section aria-labelledby="drift">
      <h2 id="drift">
        Changed by hand <span class="quiet">as of {dateTime(new Date(last.at).toISOString())}</span>
      </h2>
      <section class="scroll" tabIndex={0} aria-label="Table of what was changed by hand">
        <table>
          <thead>
            <tr>
              <th scope="col">Resource</th>
              <th scope="col">Field</th>
              <th scope="col">As deployed</th>
              <th scope="col">As it is</th>
              <th scope="col">A repair</th>
            </tr>
          </thead>
          <tbody>
            {drift.map(({ key, path, expected, found, repaired }) => (
              <tr key={`${key} ${path}`}>
                <td>
                  <code>{shown(key, 200)}</code>
                </td>
                <td class="wide">{shown(path === '' ? 'as a whole' : path, 300)}</td>
                <td class="wide">{shown(expected, 300)}</td>
                <td class="wide">{shown(found, 300)}</td>
                <td>{repaired ? 'puts it back' : 'leaves it'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {notes.map((note) => (
        <p key={note} class="quiet">
          {shown(note)}
        </p>
      ))}
      {isRepairable && mayDeploy && (
        <button type="button" class="primary" onClick={() => setOpen(true)}>
          Repair…
        </button>
      )}
      {isOpen && <Repair environment={environment} onClose={() => setOpen(false)} />}
    </section>
  );
}
