/** Where a host's durable management API is reached. */
export interface ManagementAddresses {
  readonly taskHubName: string;
  /** For everybody with the system key, e.g. `http://127.0.0.1:7071/runtime/webhooks/durabletask`. */
  readonly webhookUrl: string;
  readonly systemKey: string;
  /** For this process alone, e.g. `http://127.0.0.1:40123/<secret>/durabletask/`; ends in a slash. */
  readonly rpcBaseUrl: string;
}

/** What stands for the instance's id in the URLs. */
const ID = 'INSTANCEID';
const CONNECTION = 'Storage';

/**
 * The data of a `durableClient` input binding, as the Durable Functions extension gives it to Node
 * (BindingHelper and HttpApiHandler.GetInstanceCreationLinks in azure-functions-durable-extension). With rpcBaseUrl the
 * DurableClient calls that; the other URLs are for those who get them from createCheckStatusResponse.
 */
export function durableClientData({ taskHubName, webhookUrl, systemKey, rpcBaseUrl }: ManagementAddresses): string {
  const required = `taskHub=${taskHubName}&connection=${CONNECTION}&code=${systemKey}`;
  const instance = `${webhookUrl}/instances/${ID}`;
  const create = `${webhookUrl}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName,
    connectionName: CONNECTION,
    creationUrls: {
      createNewInstancePostUri: `${create}?code=${systemKey}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=${systemKey}`,
    },
    managementUrls: instanceUrls(instance, ID, `?${required}`),
    baseUrl: webhookUrl,
    requiredQueryStringParameters: required.slice(required.indexOf('code=')),
    rpcBaseUrl,
    httpBaseUrl: webhookUrl,
  });
}

/** The links of one instance; `query` is empty or begins with `?`. */
export function instanceUrls(instanceUrl: string, id: string, query: string): Record<string, string> {
  const withReason = `${query}${query === '' ? '?' : '&'}reason={text}`;
  return {
    id,
    statusQueryGetUri: `${instanceUrl}${query}`,
    sendEventPostUri: `${instanceUrl}/raiseEvent/{eventName}${query}`,
    terminatePostUri: `${instanceUrl}/terminate${withReason}`,
    rewindPostUri: `${instanceUrl}/rewind${withReason}`,
    purgeHistoryDeleteUri: `${instanceUrl}${query}`,
    restartPostUri: `${instanceUrl}/restart${query}`,
    suspendPostUri: `${instanceUrl}/suspend${withReason}`,
    resumePostUri: `${instanceUrl}/resume${withReason}`,
  };
}
