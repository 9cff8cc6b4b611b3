import { createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { withTerms } from '../../outbound/terms.ts';
import { isJsonObject, type Json, type JsonObject, scalarText } from '../../shared/json.ts';
import type { ArmConnection } from '../arm.ts';
import { registryTerms } from '../client-terms.ts';
import { managementScope } from '../credentials.ts';
import { errorOfException, errorOfResponse } from '../errors.ts';
import { jsonOf } from '../json-answer.ts';

type Connection = Pick<ArmConnection, 'transport' | 'credential' | 'cloud'>;

/**
 * A token of a registry of Azure for the one who deploys, which a password of the user `00000000-…` can be as well.
 * Source of the exchange: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md
 *
 * @throws AzureError where the registry knows no such principal
 */
export async function registryRefreshToken(connection: Connection, loginServer: string): Promise<string> {
  const { credential, cloud } = connection;
  const token = await credential.getToken(managementScope(cloud), { enableCae: true }).catch((error: unknown) => {
    throw errorOfException(error);
  });
  const { refresh_token: refreshToken } = await post(connection, loginServer, '/oauth2/exchange', {
    grant_type: 'access_token',
    access_token: token?.token ?? '',
  });
  return scalarText(refreshToken);
}

/** A token to pull from one repository of it. @throws AzureError */
export async function registryPullToken(
  connection: Connection,
  loginServer: string,
  repository: string,
): Promise<string> {
  const { access_token: accessToken } = await post(connection, loginServer, '/oauth2/token', {
    grant_type: 'refresh_token',
    scope: `repository:${repository}:pull`,
    refresh_token: await registryRefreshToken(connection, loginServer),
  });
  return scalarText(accessToken);
}

async function post(
  { transport, cloud }: Connection,
  loginServer: string,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<JsonObject> {
  const request = createPipelineRequest({
    url: `https://${loginServer}${path}`,
    method: 'POST',
    body: new URLSearchParams({ service: loginServer, ...fields }).toString(),
  });
  request.headers.set('content-type', 'application/x-www-form-urlencoded');
  const body = await answer(() => withTerms(transport, registryTerms(cloud)).sendRequest(request));
  return isJsonObject(body) ? body : {};
}

async function answer(send: () => Promise<PipelineResponse>): Promise<Json> {
  let response: PipelineResponse;
  try {
    response = await send();
  } catch (error) {
    throw errorOfException(error);
  }
  if (response.status >= 400) throw errorOfResponse(response.status, response.headers.toJSON(), response.bodyAsText);
  return jsonOf(response.bodyAsText);
}
