import { expect, it } from 'vitest';
import { AzureError } from '../../../../src/azure/errors.ts';
import type { Account, Offers } from '../../../../src/cli/init/account.ts';
import { completed } from '../../../../src/cli/init/completed.ts';
import type { DraftSource } from '../../../../src/cli/init/found-sources.ts';
import type { Questions } from '../../../../src/cli/init/questions.ts';
import type { DeploymentConfig } from '../../../../src/domain/config/model.ts';
import type { Draft } from '../../../../src/init/draft.ts';
import type { JsonObject } from '../../../../src/shared/json.ts';

const IDS = ['11111111-2222-4333-8444-555555555555', '66666666-7777-4888-8999-000000000000'];

/** A source of two services, of which one could be managed. */
const SOURCE: DraftSource = {
  kind: 'compose',
  title: 'compose.yaml',
  names: ['My Shop'],
  draft: async (managed) => {
    const isManaged = managed?.has('db') ?? true;
    const services: JsonObject = {
      web: { image: 'web:1', port: 80, ingress: 'internal' },
      ...(isManaged ? {} : { db: { image: 'postgres:17', port: 5432, ingress: 'internal', transport: 'tcp' } }),
    };
    const config: JsonObject = { ...(isManaged && { postgresql: {} }), services };
    return {
      config,
      comments: [],
      leftovers: [],
      choices: [{ service: 'db', section: 'postgresql', text: 'data go' }],
    };
  },
};

/** Answers in their order, and proposals when there are no more; what was asked and told. */
function person(...answers: readonly (string | number)[]) {
  const left = [...answers];
  const said: string[] = [];
  const questions: Questions = {
    tell: (line) => void said.push(line),
    async text(question, proposed, refusal = () => undefined) {
      for (;;) {
        const answer = String(left.shift() ?? proposed);
        const reason = refusal(answer);
        said.push(`${question} [${proposed}] ${answer}${reason === undefined ? '' : `: ${reason}`}`);
        if (reason === undefined) return answer;
      }
    },
    async choice(question, options, proposed) {
      const answer = Number(left.shift() ?? proposed);
      said.push(`${question} ${options.map(({ name }) => name).join('/')} ${answer}`);
      return answer;
    },
  };
  return { questions, said };
}

function account(ids: readonly string[], offers: (config: DeploymentConfig) => Partial<Offers>): Account {
  const nothing: Offers = { regions: async () => [], missing: async () => [], taken: async () => undefined };
  return {
    subscriptions: ids.map((id, index) => ({ id, displayName: `S${index}` })),
    on: (_, config) => ({ ...nothing, ...offers(config) }),
    close: async () => undefined,
  };
}

async function config(questions: Questions, known?: Account): Promise<JsonObject & { azure: JsonObject }> {
  const around = { folder: '/x', questions, account: async () => known, variables: () => undefined };
  const draft: Draft = await completed(SOURCE, around);
  return draft.config as JsonObject & { azure: JsonObject };
}

it('asks for a name until it can be one, what is managed, and what everybody reaches', async () => {
  const { questions, said } = person('My Shop!', 'shop', 1, 0, 'westeurope');
  const made = await config(questions);
  expect(said).toEqual([
    expect.stringMatching(/^Name of the application \[my-shop\] My Shop!: Lower-case/),
    'Name of the application [my-shop] shop',
    'db: data go managed/container 1',
    'Which service does everybody reach? web/none 0',
    'Region [eastus] westeurope',
  ]);
  expect(made).toMatchObject({
    azure: { subscription_id: '', resource_group: 'shop-rg', location: 'westeurope' },
    services: { db: { image: 'postgres:17' }, web: { ingress: 'external' } },
  });
  expect(made).not.toHaveProperty('postgresql');
});

it('takes what is proposed where nobody answers', async () => {
  const made = await config(person().questions);
  expect(made).toMatchObject({ azure: { location: 'eastus' }, services: { web: { ingress: 'internal' } } });
  expect(made.postgresql).toEqual({ server_name: expect.stringMatching(/^my-shop-postgres-\w{5}$/) });
});

it('offers the subscriptions of the account, and writes the one that was chosen only where there are several', async () => {
  const several = person('shop', 0, 0, 1);
  expect(
    (
      await config(
        several.questions,
        account(IDS, () => ({})),
      )
    ).azure.subscription_id,
  ).toBe(IDS[1]);
  expect(several.said).toContain('Subscription: S0/S1 1');
  const one = person();
  expect(
    (
      await config(
        one.questions,
        account(IDS.slice(0, 1), () => ({})),
      )
    ).azure.subscription_id,
  ).toBe('');
  expect(one.said).toContain(`Subscription: S0 (${IDS[0]}), the only one of the account.`);
});

it('offers regions that have everything, and takes another one when it is asked for twice', async () => {
  const { questions, said } = person('shop', 0, 0, '?', 'mars', 'norwayeast', 'norwayeast');
  const offers = ({ azure: { location } }: DeploymentConfig): Partial<Offers> => ({
    regions: async () => ['norwayeast', 'westeurope'],
    missing: async () => (location === 'norwayeast' ? ['no such size'] : []),
  });
  expect((await config(questions, account(IDS.slice(0, 1), offers))).azure.location).toBe('norwayeast');
  expect(said.slice(-6)).toEqual([
    'Region, of 2 that offer everything (? lists them) [norwayeast] ?: norwayeast, westeurope',
    expect.stringContaining('mars: mars does not offer everything'),
    'Region, of 2 that offer everything (? lists them) [norwayeast] norwayeast',
    '  no such size',
    expect.stringContaining('Another region, or the same again'),
    'Region, of 2 that offer everything (? lists them) [norwayeast] norwayeast',
  ]);
});

it('proposes names until Azure has none against them', async () => {
  const seen: string[] = [];
  const offers = ({ keyVault: { name } }: DeploymentConfig): Partial<Offers> => ({
    async taken(resource) {
      if (resource === 'key-vault') seen.push(name);
      return resource === 'key-vault' && seen.length < 3 ? `${name} is taken` : undefined;
    },
  });
  const { questions, said } = person();
  const made = await config(questions, account(IDS.slice(0, 1), offers));
  expect(new Set(seen).size).toBe(3);
  expect(made.key_vault).toEqual({ name: seen[2] });
  expect(said).toContain(`  ${seen[0]} is taken`);
});

it('goes on where Azure does not answer, and says so', async () => {
  const broken = async (): Promise<never> => {
    throw new AzureError({ code: 'Busy', message: 'come back later' });
  };
  const { questions, said } = person();
  const made = await config(
    questions,
    account(IDS.slice(0, 1), () => ({ regions: broken, taken: broken })),
  );
  expect(made.azure.location).toBe('eastus');
  expect(said.filter((line) => line.includes('Azure does not tell: come back later'))).toHaveLength(2);
});
