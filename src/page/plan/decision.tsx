import { useState } from 'preact/hooks';
import { commandLine } from '../actions/command.ts';
import { type Answers, jsonBody } from '../http/client.ts';
import { Ask } from '../parts/ask.tsx';
import { useClient, useRight } from '../parts/session-context.ts';
import { shown } from '../parts/shown.ts';
import { dateTime } from '../parts/time.ts';
import { TypedName } from '../parts/typed-name.tsx';

type Run = Answers['Run'];

/** The decision about the plan that a run waits with, for whoever may decide; and those that were made. */
export function Decision({ run, onDecided }: { readonly run: Run; onDecided(): void }) {
  const mayApprove = useRight('approve');
  const [open, setOpen] = useState<'approve' | 'reject'>();
  return (
    <>
      {run.pendingApproval !== null && (
        <div class="panel decide">
          <p>
            <strong>This plan waits for a decision.</strong>
          </p>
          {mayApprove ? (
            <div class="actions">
              <button type="button" class="primary" onClick={() => setOpen('approve')}>
                Approve…
              </button>
              <button type="button" onClick={() => setOpen('reject')}>
                Reject…
              </button>
            </div>
          ) : (
            <p class="quiet">Your key is not for approvals: somebody else decides.</p>
          )}
        </div>
      )}
      {run.decisions.map(({ decision, by, at, comment }) => (
        <p key={at} class="quiet">
          {decision === 'approve' ? '✓ Approved' : '✕ Rejected'} by {shown(by, 100)} on {dateTime(at)}
          {comment && <>: {shown(comment, 1000)}</>}
        </p>
      ))}
      {open && run.pendingApproval !== null && (
        <Decide
          run={run}
          digest={run.pendingApproval}
          decision={open}
          onDecided={onDecided}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

interface DecideProps {
  readonly run: Run;
  readonly digest: string;
  readonly decision: 'approve' | 'reject';
  onDecided(): void;
  onClose(): void;
}

function Decide({ run, digest, decision, onDecided, onClose }: DecideProps) {
  const client = useClient();
  const [comment, setComment] = useState('');
  const [confirm, setConfirm] = useState('');
  const [acceptsCost, setAcceptsCost] = useState(false);
  const approves = decision === 'approve';
  const deletesData = approves && run.plan?.removal?.deletesData === true;
  const isOverLimit = approves && run.plan?.overLimit !== undefined;
  const of = { environment: run.environment, about: run.runId };
  const said = { '--plan': digest, '--comment': comment.trim() };
  const command = approves
    ? commandLine('approve', {
        ...of,
        chosen: { ...said, '--confirm': deletesData && run.environment, '--accept-cost': isOverLimit && acceptsCost },
      })
    : commandLine('reject', { ...of, chosen: { ...said, '--reject': true } });
  const act = async (): Promise<void> => {
    try {
      await client.send(
        'POST',
        `deployments/${run.runId}/approval`,
        jsonBody({
          planDigest: digest,
          decision,
          ...(comment.trim() !== '' && { comment: comment.trim() }),
          ...(deletesData && { confirm }),
          ...(isOverLimit && { acceptCost: acceptsCost }),
        }),
      );
    } finally {
      // Also when somebody else was faster: then that decision is what is to be seen.
      onDecided();
    }
  };
  return (
    <Ask
      title={approves ? 'Approve this plan?' : 'Reject this plan?'}
      command={command}
      yes={approves ? 'Approve' : 'Reject'}
      danger={deletesData}
      notYet={(deletesData && confirm !== run.environment) || (isOverLimit && !acceptsCost)}
      act={act}
      onClose={onClose}
    >
      <label class="field">
        Comment, kept with the run
        <input value={comment} maxLength={1000} onInput={({ currentTarget }) => setComment(currentTarget.value)} />
      </label>
      {deletesData && <TypedName of={run.environment} value={confirm} onInput={setConfirm} why="Data is deleted." />}
      {isOverLimit && (
        <label>
          <input
            type="checkbox"
            checked={acceptsCost}
            onChange={({ currentTarget }) => setAcceptsCost(currentTarget.checked)}
          />{' '}
          It may cost more than the configuration allows
        </label>
      )}
    </Ask>
  );
}
