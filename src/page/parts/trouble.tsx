import { Refusal } from '../http/client.ts';
import { shown } from './shown.ts';

/** Why something did not work, and what to do next, in the words of the server. */
export function Trouble({ error }: { readonly error: Error | undefined }) {
  if (!error) return null;
  const problem = error instanceof Refusal ? error.problem : undefined;
  return (
    <div class="trouble" role="alert">
      <p>
        <span aria-hidden="true">✕ </span>
        {shown(error instanceof Refusal ? error.message : 'The app cannot be reached. The page goes on asking.')}
      </p>
      {problem?.hint && <p class="quiet">{shown(problem.hint)}</p>}
      {problem?.problems && problem.problems.length > 1 && (
        <ul>
          {problem.problems.slice(0, 20).map(({ path, message, line }) => (
            <li key={`${path} ${message}`}>
              {line !== undefined && `line ${line}: `}
              {path && <code>{shown(path)}</code>} {shown(message)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
