import { useEffect, useMemo, useState } from 'preact/hooks';
import { environmentAddress, type Place, usePlace } from './address.ts';
import { EnvironmentPage } from './environments/environment-page.tsx';
import { Environments } from './environments/environments.tsx';
import { createClient } from './http/client.ts';
import { forgetKey, keepKey, keptKey, keyFor, takeCode } from './http/session.ts';
import { ClientContext } from './parts/session-context.ts';
import { RunPage } from './run/run-page.tsx';
import { SignIn } from './sign-in.tsx';

/** What is seen: the sign-in, or the place that the address names. */
export function App() {
  const [code, setCode] = useState(takeCode);
  const [key, setKey] = useState(code === undefined ? keptKey : undefined);
  const [reason, setReason] = useState<string>();
  const place = usePlace();
  const leave = (why: string | undefined): void => {
    forgetKey();
    setReason(why);
    setKey(undefined);
  };
  const enter = (given: string): void => {
    keepKey(given);
    setKey(given);
  };
  useEffect(() => {
    if (code === undefined) return;
    const failed = 'The address counts no more: it was used already, or is older than a minute.';
    keyFor(code)
      .then((given) => (given === undefined ? leave(failed) : enter(given)))
      .catch(() => leave('The app cannot be reached.'))
      .finally(() => setCode(undefined));
  }, [code]);
  const client = useMemo(
    () =>
      key === undefined ? undefined : createClient(key, () => leave('The key is not taken any more. Sign in again.')),
    [key],
  );
  if (code !== undefined) return <p class="quiet">Signing in…</p>;
  if (!client) return <SignIn reason={reason} onKey={enter} />;
  return (
    <ClientContext.Provider value={client}>
      <button type="button" class="skip" onClick={() => document.getElementById('content')?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <nav aria-label="Where you are">
          <a href="#/">Environments</a>
          {place.kind !== 'environments' && (
            <>
              <span aria-hidden="true">/</span>
              <a href={environmentAddress(place.environment)}>{place.environment}</a>
            </>
          )}
        </nav>
        <button type="button" class="plain" onClick={() => leave(undefined)}>
          Sign out
        </button>
      </header>
      <main id="content" tabIndex={-1}>
        <Shown place={place} />
      </main>
    </ClientContext.Provider>
  );
}

function Shown({ place }: { readonly place: Place }) {
  if (place.kind === 'environment') return <EnvironmentPage key={place.environment} environment={place.environment} />;
  if (place.kind === 'run') return <RunPage key={place.runId} runId={place.runId} />;
  return <Environments />;
}
