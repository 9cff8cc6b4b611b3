import type { CostEstimate } from '../../domain/cost/estimate-schema.ts';

const HEADER = [
  'resource',
  'what',
  'kind',
  'meter',
  'unit',
  'price',
  'quantity_now',
  'quantity_after',
  'now',
  'after',
  'currency',
];

/** A line for each meter of each resource, for what counts once for all, and for what has no price; quoted as by RFC 4180. */
export function costCsv({ currency, resources, allowances, notPriced }: CostEstimate): string {
  const rows = [
    ...resources.flatMap(({ key, components }) =>
      components.map(({ what, kind, meter, unit, price, quantity, now, after }) => [
        ...[key, what, kind, meter, unit, price],
        ...[quantity.now ?? '', quantity.after ?? '', now, after, currency],
      ]),
    ),
    ...allowances.map(({ what, now, after }) => ['', what, 'allowance', '', '', '', '', '', now, after, currency]),
    ...[...notPriced.map(({ key, why }) => [key, why]), ...partly(resources)].map(([key = '', why = '']) => [
      ...[key, why, 'not priced', '', '', '', '', '', '', '', currency],
    ]),
  ];
  return [HEADER, ...rows].map((row) => `${row.map(field).join(',')}\n`).join('');
}

function partly(resources: CostEstimate['resources']): readonly string[][] {
  return resources.flatMap(({ key, notPriced = [] }) => notPriced.map((why) => [key, why]));
}

/** What begins like a formula is text to a spreadsheet; numbers may. */
function field(text: string): string {
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
