import { describe, it } from 'vitest';
import { liveThrough, type Scenario } from '../../helpers/public-application.ts';

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'polls',
    builds: ['ballot', 'counter', 'tally'],
    edit: { file: 'tally/server.js', builds: ['tally'], written: ['tally'] },
  },
  {
    name: 'bazaar',
    builds: [
      'adverts',
      'cart',
      'catalog',
      'currency',
      'mailer',
      'orders',
      'payments',
      'shipping',
      'storefront',
      'suggestions',
      'visitors',
    ],
    edit: { file: 'src/shipping/main.go', builds: ['shipping'], written: ['shipping'] },
  },
  {
    name: 'parcels',
    builds: ['intake', 'labels', 'tracker'],
    edit: { file: 'labels/report.py', builds: ['labels'], written: ['labels', 'report'] },
  },
];

describe('applications whose services have contexts of their own', () => {
  it.each(SCENARIOS)('$name lives', liveThrough);
});
