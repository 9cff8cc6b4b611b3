import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RELEASE } from '../../../src/domain/config/release-defaults.ts';
import type { EnvironmentStores } from '../../../src/state/ports.ts';
import { deploymentConfig } from '../../helpers/deployment-config.ts';

const RUN = 'default-01M8434Z00VB7SSV72CDKWWDXY';
const KEPT = 'default-01M8434Z00VB7SSV72CDKWWDXX';
const DIGEST = 'a'.repeat(64);

type Kind = 'config' | 'history' | 'request';

/** Stores, and a way past them to the documents. */
export interface StoredDocuments {
  readonly stores: EnvironmentStores;
  /** Puts a text where the configuration DIGEST, the kept run or the request of RUN is looked for. */
  put(kind: Kind, text: string): Promise<void>;
  /** The text there. */
  raw(kind: Kind): Promise<string>;
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/stored/${name}.json`, import.meta.url), 'utf8');
}

/** What every implementation does with documents of earlier and later versions, and with such as cannot be read. */
export function storedDocumentsSuite(
  name: string,
  open: (place: { readonly digest: string; readonly kept: string; readonly run: string }) => Promise<StoredDocuments>,
): void {
  const opened = () => open({ digest: DIGEST, kept: KEPT, run: RUN });

  describe(name, () => {
    it('are read when they are configurations from before releases', async () => {
      const { stores, put } = await opened();
      await put('config', fixture('config-before-releases'));
      const config = await stores.runs.config(DIGEST);
      expect(config.release).toEqual(DEFAULT_RELEASE);
      expect(config.azure.projectName).toBe('draftgenie');
    });

    it('are read when they are configurations from before internal smoke requests', async () => {
      const { stores, put } = await opened();
      await put('config', fixture('config-before-smoke-image'));
      expect((await stores.runs.config(DIGEST)).release).toEqual(DEFAULT_RELEASE);
    });

    it('are read when they are kept runs from before revisions, with the state of then in the form of today', async () => {
      const { stores, put } = await opened();
      await put('history', fixture('history-before-revisions'));
      const [entry] = await stores.state.history({ limit: 100 });
      expect(entry).toMatchObject({ runId: KEPT, configDigest: 'd', state: { serial: 7, queue: [] } });
      expect(entry?.state.steps.create_resource_group).toMatchObject({ outputs: {}, dependencies: {} });
      expect(entry?.state.resources.resource_group).toMatchObject({ holds_data: false, immutable: {} });
    });

    it('are read when they are requests from before there was a choice of triggers', async () => {
      const { stores, put } = await opened();
      await put('request', fixture('request-before-triggers'));
      expect(await stores.runs.request(RUN)).toMatchObject({ trigger: 'cli', engine: '', waits: false });
    });

    it.each(['config', 'history'] as const)('are refused by place when a later version wrote the %s', async (kind) => {
      const { stores, put } = await opened();
      await put(kind, '{"version":99}');
      await expect(read(stores, kind)).rejects.toMatchObject({ code: 'record_newer' });
      await expect(read(stores, kind)).rejects.toThrow(place(kind));
    });

    it.each([
      ['config', '{"azure":'],
      ['config', '{"azure":{}}'],
      ['config', 'null'],
      ['history', '{"runId":'],
      ['history', '{"runId":1}'],
      ['history', '[]'],
      ['request', '{"runId":"default"}'],
    ] as const)('are told by place when the %s is %s', async (kind, text) => {
      const { stores, put } = await opened();
      await put(kind, text);
      await expect(read(stores, kind)).rejects.toMatchObject({ code: 'record_corrupt' });
      await expect(read(stores, kind)).rejects.toThrow(place(kind));
    });

    it('are told of, with a code, when a configuration is gone', async () => {
      const { stores } = await opened();
      await expect(stores.runs.config(DIGEST)).rejects.toMatchObject({ code: 'record_missing' });
    });

    it('carry the version of their form from now on, and are read back without it', async () => {
      const { stores, put, raw } = await opened();
      const config = deploymentConfig();
      expect(await stores.runs.config(await stores.runs.putConfig(config))).toEqual(config);
      await put('history', fixture('history-before-revisions'));
      const [entry] = await stores.state.history({ limit: 100 });
      if (!entry) throw new Error('no entry');
      await stores.state.keepHistory(KEPT, entry);
      expect(JSON.parse(await raw('history'))).toMatchObject({ version: 1, runId: KEPT });
      expect(await stores.state.history({ limit: 100 })).toEqual([entry]);
    });
  });
}

async function read({ state, runs }: EnvironmentStores, kind: Kind): Promise<unknown> {
  if (kind === 'config') return await runs.config(DIGEST);
  return kind === 'history' ? await state.history({ limit: 100 }) : await runs.request(RUN);
}

/** What a message about the document must name. */
function place(kind: Kind): RegExp {
  return { config: /configs\//, history: /history\//, request: /request\.json/ }[kind];
}
