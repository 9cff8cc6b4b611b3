import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../../src/domain/config/parse.ts';
import { completedDraft } from '../../../../src/init/complete/completed-draft.ts';
import { configurationText } from '../../../../src/init/write/configuration-text.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const ANSWERS = { subscriptionId: '', location: 'westeurope', project: 'shop', suffix: 'x7k2q' };

function completed(config: JsonObject, answers: Partial<typeof ANSWERS> = {}) {
  return completedDraft({ config, comments: [], leftovers: [], choices: [] }, { ...ANSWERS, ...answers });
}

describe('a draft with the answers', () => {
  it('has where to, a vault, a registry for what is built, and names for what must have one; nothing else', () => {
    const draft = completed({
      services: { web: { build: './web', port: 80 } },
      postgresql: {},
      storage: { shares: { media: {} } },
    });
    expect(draft.config).toEqual({
      interpolate: true,
      azure: { subscription_id: '', resource_group: 'shop-rg', location: 'westeurope', project_name: 'shop' },
      key_vault: { name: 'shop-kv-x7k2q' },
      container_registry: { name: 'shopx7k2q' },
      services: { web: { build: './web', port: 80 } },
      postgresql: { server_name: 'shop-postgres-x7k2q' },
      storage: { account: 'shopx7k2q', shares: { media: {} } },
    });
    expect(parseConfig(configurationText(draft, { lines: [] }))).toMatchObject({ ok: true });
  });

  it('keeps what the draft says, and has no registry where all images are of others', () => {
    const draft = completed({
      interpolate: false,
      azure: { project_name: 'own' },
      services: { web: { image: 'nginx:1', port: 80 } },
      redis: { name: 'mine' },
    });
    expect(draft.config).toMatchObject({ interpolate: false, azure: { project_name: 'own' }, redis: { name: 'mine' } });
    expect(draft.config).not.toHaveProperty('container_registry');
  });
});
