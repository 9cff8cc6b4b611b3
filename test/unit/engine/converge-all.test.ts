import { describe, expect, it } from 'vitest';
import { AzureError } from '../../../src/azure/errors.ts';
import { convergeAll, convergeInOrder } from '../../../src/engine/converge.ts';
import { fakeAzure } from '../../helpers/fake-azure.ts';
import { stepContext } from '../../helpers/step-context.ts';
import { desired } from './a-thing.ts';

describe('convergeAll', () => {
  it('starts all at once and answers them in order', async () => {
    const fake = fakeAzure();
    fake.polls = 1;
    const context = await stepContext(fake.azure);
    const both = [desired({ key: 'one' }), desired({ key: 'two' })];
    expect(await convergeAll(context, both)).toEqual({
      kind: 'waiting',
      retryAfterInSeconds: 7,
      on: 'the one, the two',
    });
    expect(fake.writes).toHaveLength(2);
    const result = await convergeAll(context, both);
    expect(result).toMatchObject({ kind: 'ready', changed: [true, true] });
    expect(result.kind === 'ready' && result.live.map(({ id }) => id)).toEqual(both.map(({ id }) => id));
  });

  it('records what has started before it throws the failure of another', async () => {
    const fake = fakeAzure();
    fake.polls = 1;
    fake.refuse = ({ method, path }) => {
      if (method === 'PUT' && path.endsWith('one'))
        throw new AzureError({ code: 'Bad', message: 'no', statusCode: 400 });
    };
    const context = await stepContext(fake.azure);
    const both = [desired({ key: 'one' }), desired({ key: 'two' })];
    await expect(convergeAll(context, both)).rejects.toMatchObject({ code: 'Bad' });
    expect(await context.remembered()).toHaveProperty('operation:two');
  });
});

describe('convergeInOrder', () => {
  it('starts the next one only when the one before it has ended', async () => {
    const fake = fakeAzure();
    fake.polls = 1;
    const context = await stepContext(fake.azure);
    const both = [desired({ key: 'one' }), desired({ key: 'two' })];
    expect(await convergeInOrder(context, both)).toMatchObject({ kind: 'waiting', on: 'the one' });
    expect(fake.writes).toHaveLength(1);
    expect(await convergeInOrder(context, both)).toMatchObject({ kind: 'waiting', on: 'the two' });
    expect(await convergeInOrder(context, both)).toMatchObject({ kind: 'ready', changed: [true, true] });
  });
});
