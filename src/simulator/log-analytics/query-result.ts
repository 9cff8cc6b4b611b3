import type { Json, JsonObject } from '../../shared/json.ts';
import type { Table } from './kql/run-query.ts';
import type { Scalar, ScalarType } from './kql/syntax-tree.ts';

/** https://learn.microsoft.com/azure/azure-monitor/fundamentals/service-limits#log-analytics-workspaces */
const MOST = { rows: 500_000, bytes: 100 * 1024 * 1024 };

/** https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format; what is too much is cut off, and told. */
export function queryResult({ columns, rows }: Table, most = MOST): JsonObject {
  const types = columns.map(({ type }) => type);
  const kept: Json[][] = [];
  let bytes = 0;
  for (const row of rows.slice(0, most.rows)) {
    const cells = row.map((value, index) => cell(value, types[index]));
    bytes += Buffer.byteLength(JSON.stringify(cells));
    if (bytes > most.bytes) break;
    kept.push(cells);
  }
  const tables = [{ name: 'PrimaryResult', columns: columns.map(({ name, type }) => ({ name, type })), rows: kept }];
  return kept.length === rows.length ? { tables } : { tables, error: TOO_MUCH };
}

const TOO_MUCH: JsonObject = {
  code: 'PartialError',
  message: 'There were some errors when processing your query.',
  details: [
    {
      code: 'EngineError',
      message: 'Something went wrong processing your query on the server.',
      innererror: {
        code: '-2133196797',
        message: 'The results of this query exceed the set limit (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).',
        severity: 2,
        severityName: 'Error',
      },
    },
  ],
};

function cell(value: Scalar, type: ScalarType | undefined): Json {
  return type === 'datetime' && typeof value === 'number' ? new Date(value).toISOString() : value;
}
