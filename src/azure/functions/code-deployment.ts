import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { getClient } from '@azure-rest/core-client';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type JsonObject, scalarText } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { clientOptions } from '../client-options.ts';
import { siteTerms } from '../client-terms.ts';
import { managementScope } from '../credentials.ts';
import { AzureError, errorOfException, errorOfResponse } from '../errors.ts';
import { jsonOf } from '../json-answer.ts';
import type { CodeDeployment, CodeProgress } from '../ports.ts';

/**
 * One Deploy to one app, at the host of its deployments. The archive is kept in the container of the app, by the app's identity; its host
 * answers 202 and where to look, as the Azure CLI and Azure PowerShell use it:
 * https://github.com/Azure/azure-cli/blob/dev/src/azure-cli/azure/cli/command_modules/appservice/custom.py,
 * https://learn.microsoft.com/azure/azure-functions/functions-deployment-technologies#one-deploy
 *
 * @param host `shop.scm.azurewebsites.net`
 */
export function createCodeDeployment(connection: ArmConnection, host: string): CodeDeployment {
  const { cloud, credential, transport } = connection;
  const terms = siteTerms(cloud);
  const bound = withTerms(transport, terms);
  const client = getClient(`https://${host}`, credential, {
    credentials: { scopes: [managementScope(cloud)] },
    ...clientOptions(transport, terms, { repeatable: true }),
  });

  async function send(method: 'GET' | 'POST', path: string, archive?: Uint8Array): Promise<PipelineResponse> {
    const request = createPipelineRequest({
      url: `https://${host}${path}`,
      method,
      headers: createHttpHeaders({
        accept: 'application/json',
        ...(archive && { 'content-type': 'application/zip' }),
      }),
      ...(archive && { body: archive }),
    });
    let response: PipelineResponse;
    try {
      response = await client.pipeline.sendRequest(bound, request);
    } catch (error) {
      throw errorOfException(error);
    }
    const { status, headers, bodyAsText } = response;
    if (status >= 300) throw errorOfResponse(status, headers.toJSON(), bodyAsText);
    return response;
  }

  async function progress(deployment: string): Promise<CodeProgress> {
    let response: PipelineResponse;
    try {
      response = await send('GET', `/api/deployments/${deployment}`);
    } catch (error) {
      // Not alive yet, or gone with the worker that carried it out:
      // https://github.com/Azure/azure-dev/blob/main/cli/azd/pkg/azsdk/funcapp_host_client.go
      if (error instanceof AzureError && error.statusCode === 404) return { kind: 'unknown' };
      throw error;
    }
    // While it has not begun there is nothing to tell.
    if (response.status === 202 && !response.bodyAsText) return { kind: 'running' };
    return progressOf(jsonOf(response.bodyAsText));
  }

  return {
    async publish(archive) {
      const { headers, bodyAsText } = await send('POST', '/api/publish?RemoteBuild=false', archive);
      const [, id] = /\/api\/deployments\/([\w.-]+)/.exec(headers.get('location') ?? '') ?? [];
      return id ?? (/^"?([\w-]{8,64})"?$/.exec((bodyAsText ?? '').trim())?.[1] || LATEST);
    },

    progress,

    isBusy: async () => (await progress(LATEST)).kind === 'running',
  };
}

/** What the Azure CLI looks at. */
const LATEST = 'latest';

/** https://github.com/projectkudu/kudu/blob/master/Kudu.Contracts/Deployment/DeployStatus.cs */
const SUCCEEDED = 4;
const CONFLICT = 5;
const ENDED_OTHERWISE: Readonly<Record<number, string>> = { [-1]: 'Cancelled', 3: 'Failed', 6: 'PartialSuccess' };

function progressOf(body: unknown): CodeProgress {
  const answer: JsonObject = isJsonObject(body) ? body : {};
  const { status } = answer;
  if (typeof status !== 'number') {
    throw new AzureError({ code: 'UnexpectedAnswer', message: 'the host of deployments does not tell how far one is' });
  }
  if (status === SUCCEEDED) return { kind: 'succeeded' };
  if (status === CONFLICT) return { kind: 'busy' };
  const end = ENDED_OTHERWISE[status];
  if (end === undefined) return { kind: 'running' };
  const why = scalarText(answer.status_text) || scalarText(answer.message);
  return { kind: 'failed', why: why === '' ? end : `${end}: ${why}` };
}
