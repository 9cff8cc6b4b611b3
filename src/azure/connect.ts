import { createDns, type DnsOptions } from '../outbound/dns.ts';
import { questionsOnly } from '../outbound/questions-only.ts';
import { type ArmConnection, createArm } from './arm.ts';
import { managementTerms } from './client-terms.ts';
import { createContainerApps } from './container-apps.ts';
import { withSharedTokens } from './credentials.ts';
import { createCodeDeployment } from './functions/code-deployment.ts';
import { createOrchestrations } from './functions/orchestrations.ts';
import { createImageRegistry } from './image-registry.ts';
import { createImageLook } from './images/foreign-images.ts';
import { createLogQuery } from './logs/log-query.ts';
import { createLogStreams } from './logs/log-stream.ts';
import type { Azure, Vault } from './ports.ts';
import { createRetailPrices } from './prices/retail-prices.ts';
import { createProbe } from './probe.ts';
import { createResourceManager } from './resource-manager.ts';
import { createVault } from './vault.ts';

/** Everything of Azure that the activities use, for one credential in one cloud. */
export function connectAzure(
  options: ArmConnection & {
    /** Called with every secret value that is read or written. */
    readonly keepSecret?: (value: string) => void;
    /** Awaited before every write; when it rejects, the write is not sent. */
    readonly fence?: () => Promise<void>;
    /** Whom to ask about names; by default the resolvers of the system. */
    readonly dns?: DnsOptions;
  },
): Azure {
  const { keepSecret = () => undefined, fence, credential, dns, ...others } = options;
  const connection = { ...others, credential: withSharedTokens(credential) };
  const arm = createArm(connection);
  // One client per vault: a new client must first answer the vault's challenge.
  const vaults = new Map<string, Vault>();
  const azure: Azure = {
    arm,
    resources: createResourceManager(connection, arm),
    apps: createContainerApps(connection, arm, keepSecret),
    logs: { query: createLogQuery(connection), ...createLogStreams(connection, arm) },
    probe: createProbe(connection.transport),
    dns: createDns(dns),
    vault(vaultUri) {
      const vault = vaults.get(vaultUri) ?? createVault(connection, vaultUri, keepSecret);
      vaults.set(vaultUri, vault);
      return vault;
    },
    registry(registryId, loginServer) {
      const registry = createImageRegistry(connection, arm, registryId, loginServer);
      const signInToken = async (): Promise<string> => {
        const token = await registry.signInToken();
        keepSecret(token);
        return token;
      };
      return { ...registry, signInToken };
    },
    code: (host) => createCodeDeployment(connection, host),
    orchestrations: (appId) => createOrchestrations(arm.send, appId),
    lookAtImage: createImageLook(connection),
    askPrices: createRetailPrices(connection.transport),
    cloud: connection.cloud,
  };
  return fence ? withFence(azure, fence) : azure;
}

/**
 * Azure for a plan of what somebody wrote who is not trusted: only GET leaves, and only to Resource Manager; besides it the sign-in,
 * which goes its own way. Vaults, registries, applications and names are asked nothing.
 */
export function connectForStrangers(connection: ArmConnection): Azure {
  const { origins } = managementTerms(connection.cloud);
  const azure = connectAzure({ ...connection, transport: questionsOnly(connection.transport, origins) });
  const message = 'nobody is asked about names of a configuration that is not trusted';
  return { ...azure, dns: { ask: async () => ({ kind: 'unanswered', message }) } };
}

/**
 * The same connection, which looks and changes nothing: every write rejects with what `refuse` makes of it. Actions that only tell
 * something are asked: https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-resource#list
 *
 * @param refuse is given the id of what would be written, where it is a resource
 */
export function withoutWrites(azure: Azure, refuse: (id: string | undefined) => Error): Azure {
  const refusing = withFence(azure, async (subject) => {
    throw refuse(typeof subject === 'string' && subject.startsWith('/') ? subject : undefined);
  });
  const post: Azure['arm']['post'] = async (path, ...rest) =>
    await (isQuestion(path) ? azure : refusing).arm.post(path, ...rest);
  return { ...refusing, arm: { ...refusing.arm, post } };
}

/** By the name of the action: `listKeys`, `checkNameAvailability`. */
function isQuestion(path: string): boolean {
  return /\/(?:list|check|get)(?:[A-Z]\w*)?$/.test(path);
}

/**
 * The same connection, with every write waiting for the fence: a run that lost its lock changes nothing more.
 *
 * @param fence is given the first argument of the write, which is never a secret value
 */
export function withFence(azure: Azure, fence: (subject: unknown) => Promise<void>): Azure {
  const { arm } = azure;
  return {
    ...azure,
    arm: {
      get: arm.get,
      list: arm.list,
      poll: arm.poll,
      put: fenced(fence, arm.put),
      patch: fenced(fence, arm.patch),
      post: fenced(fence, arm.post),
      delete: fenced(fence, arm.delete),
    },
    apps: {
      ...azure.apps,
      activate: fenced(fence, azure.apps.activate),
      deactivate: fenced(fence, azure.apps.deactivate),
    },
    resources: { ...azure.resources, registerProvider: fenced(fence, azure.resources.registerProvider) },
    vault: (vaultUri) => {
      const vault = azure.vault(vaultUri);
      return { ...vault, set: fenced(fence, vault.set), recover: fenced(fence, vault.recover) };
    },
    registry: (registryId, loginServer) => {
      const registry = azure.registry(registryId, loginServer);
      return {
        ...registry,
        uploadSource: fenced(fence, registry.uploadSource),
        scheduleBuild: fenced(fence, registry.scheduleBuild),
        // What is pushed with it is a write.
        signInToken: fenced(fence, registry.signInToken),
      };
    },
    code: (host) => {
      const code = azure.code(host);
      return { ...code, publish: fenced(fence, code.publish) };
    },
  };
}

function fenced<Args extends readonly unknown[], Result>(
  fence: (subject: unknown) => Promise<void>,
  action: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  return async (...args) => {
    await fence(args[0]);
    return await action(...args);
  };
}
