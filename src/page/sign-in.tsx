import { useState } from 'preact/hooks';
import { type Answers, createClient, Refusal } from './http/client.ts';
import { Trouble } from './parts/trouble.tsx';

interface SignInProps {
  /** Why one has to sign in again. */
  readonly reason: string | undefined;
  onKey(key: string): void;
}

/** Asks for the key, and tries it before it is taken. */
export function SignIn({ reason, onKey }: SignInProps) {
  const [key, setKey] = useState('');
  const [error, setError] = useState<Error>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await createClient(key.trim(), () => undefined).get<Answers['EnvironmentList']>('environments');
      onKey(key.trim());
    } catch (cause) {
      setError(cause as Error);
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <h1>draftgenie-deploy</h1>
      {reason !== undefined && (
        <p class="notice" role="status">
          {reason}
        </p>
      )}
      <form onSubmit={submit}>
        <label for="key">Access key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          spellcheck={false}
          required
          value={key}
          aria-describedby="key-help"
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
        <p id="key-help" class="quiet">
          As <code>serve</code> shows it at its first start, or a function key of the app. It stays in this tab.
        </p>
        <button type="submit" class="primary" disabled={isBusy}>
          {isBusy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      <Trouble error={error instanceof Refusal && error.status === 401 ? new Refusal(401, undefined) : error} />
    </main>
  );
}
