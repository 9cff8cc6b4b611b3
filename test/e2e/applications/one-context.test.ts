import { describe, it } from 'vitest';
import { liveThrough, type Scenario } from '../../helpers/public-application.ts';

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'bookshelf',
    builds: ['web'],
    edit: { file: 'bookshelf/views.py', builds: ['web'], written: ['scheduler', 'web', 'web-migrate', 'worker'] },
    unseen: 'README.md',
  },
  {
    name: 'workspace',
    builds: ['api', 'docs', 'web'],
    edit: { file: 'apps/web/pages/index.js', builds: ['web'], written: ['web'] },
  },
  {
    name: 'ledger',
    builds: ['exporter', 'server'],
    edit: { file: 'internal/accounts/accounts.go', builds: ['server'], written: ['server', 'server-migrate'] },
  },
  {
    name: 'outdoor',
    builds: ['basket-api', 'catalog-api', 'order-processor', 'ordering-api', 'webapp'],
    edit: { file: 'src/Basket.API/Program.cs', builds: ['basket-api'], written: ['basket-api'] },
    unseen: 'Outdoor.sln',
  },
];

describe('applications of one context', () => {
  it.each(SCENARIOS)('$name lives', liveThrough);
});
