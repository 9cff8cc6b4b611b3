import type { HEALTHCHECK_SHAPE } from '../../compose/shapes/service-shape.ts';
import { itemsOf } from '../../compose/tree.ts';
import type { HealthFacts } from '../facts.ts';
import { type KeyTable, remember } from '../key-row.ts';
import { composeText, countOf, isTrue, secondsOf } from '../text.ts';

export const HEALTHCHECK_KEYS: KeyTable<HealthFacts, keyof typeof HEALTHCHECK_SHAPE.keys> = {
  test: {
    becomes:
      'a request of curl or wget to the container itself: `health_path`, or a probe where it goes to another port; `NONE`: `probes: false`; other commands cannot be run, and a check over TCP takes their place',
    take: (tree, facts) => {
      if (itemsOf(tree).some((item) => composeText(item) === 'NONE')) facts.isDisabled = true;
      else facts.test = tree;
    },
  },
  disable: {
    becomes: '`probes: false`',
    take: (tree, facts) => {
      if (isTrue(tree)) facts.isDisabled = true;
    },
  },
  interval: { becomes: '`period` of `probes.readiness`, up to 240 seconds', take: seconds('intervalInSeconds') },
  timeout: { becomes: '`timeout` of `probes.readiness`, up to 240 seconds', take: seconds('timeoutInSeconds') },
  start_period: {
    becomes: '`probes.startup`: as many tries as fill that time, beside those of before',
    take: seconds('startInSeconds'),
  },
  retries: {
    becomes: '`failure_threshold` of `probes.readiness`, up to 48',
    take: (tree, facts, at) =>
      remember(countOf(composeText(tree)), tree, at, (count) => {
        facts.retries = count;
      }),
  },
  start_interval: { becomes: 'left', left: 'replicas that start are asked every five seconds' },
};

function seconds(
  key: 'intervalInSeconds' | 'timeoutInSeconds' | 'startInSeconds',
): NonNullable<(typeof HEALTHCHECK_KEYS)['interval']['take']> {
  return (tree, facts, at) =>
    remember(secondsOf(composeText(tree)), tree, at, (found) => {
      facts[key] = found;
    });
}
