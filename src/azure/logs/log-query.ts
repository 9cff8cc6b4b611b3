import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { getClient } from '@azure-rest/core-client';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { clientOptions } from '../client-options.ts';
import { logQueryTerms } from '../client-terms.ts';
import { AzureError, errorOfException, errorOfResponse } from '../errors.ts';
import { jsonOf } from '../json-answer.ts';
import type { AppLogs } from './ports.ts';

/**
 * A table is there from its first record on, a column from the first record that has it. The code and its words:
 * https://github.com/Azure/azure-sdk-for-net/blob/main/sdk/monitor/Azure.Monitor.Query/TROUBLESHOOTING.md
 */
const UNKNOWN_NAME = 'SEM0100';
/** Columns of custom tables, too: https://github.com/microsoft/azure-container-apps/issues/1018 */
const NOT_THERE_YET = /failed to resolve (?:table|scalar expression named '\w+_[sd]')/i;

/**
 * The query API of Log Analytics, which has hosts and audiences of its own:
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format,
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/response-format,
 * https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
 */
export function createLogQuery({ cloud, credential, transport }: ArmConnection): AppLogs['query'] {
  const terms = logQueryTerms(cloud);
  const client = getClient(cloud.logAnalytics.origin, credential, {
    credentials: { scopes: [`${cloud.logAnalytics.audience}/.default`] },
    ...clientOptions(transport, terms),
  });
  const bound = withTerms(transport, terms);
  return async (customerId, text) => {
    const request = createPipelineRequest({
      url: `${cloud.logAnalytics.origin}/v1/workspaces/${encodeURIComponent(customerId)}/query`,
      method: 'POST',
      headers: createHttpHeaders({ accept: 'application/json', 'content-type': 'application/json' }),
      body: JSON.stringify({ query: text }),
    });
    const { status, headers, bodyAsText } = await client.pipeline
      .sendRequest(bound, request)
      .catch((error: unknown) => {
        throw errorOfException(error);
      });
    if (status !== 200) {
      const error = errorOfResponse(status, headers.toJSON(), bodyAsText);
      if (hasNoRecords(error)) return [];
      throw error;
    }
    const answer = jsonOf(bodyAsText);
    // What is only a part of the answer comes with status 200, and with an error beside it.
    if (isJsonObject(answer) && isJsonObject(answer.error)) throw errorOfResponse(status, headers.toJSON(), bodyAsText);
    return rowsOf(answer);
  };
}

function hasNoRecords({ code, codes, message }: AzureError): boolean {
  return [code, ...codes].includes(UNKNOWN_NAME) && NOT_THERE_YET.test(message);
}

/** Of the first table, which is that of the query. */
function rowsOf(answer: Json): readonly JsonObject[] {
  const [table] = isJsonObject(answer) && Array.isArray(answer.tables) ? answer.tables : [];
  if (!isJsonObject(table) || !Array.isArray(table.columns) || !Array.isArray(table.rows)) {
    throw new AzureError({ code: 'UnexpectedAnswer', message: 'Log Analytics answered something that is no table' });
  }
  const names = table.columns.map((column) => (isJsonObject(column) ? String(column.name) : ''));
  return table.rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, Array.isArray(row) ? (row[index] ?? null) : null])),
  );
}
