import type { JsonObject } from '../../../shared/json.ts';
import { environmentId } from '../app-rules.ts';
import type { Cloud, CloudResource } from '../cloud.ts';
import type { Workload } from '../model.ts';
import { conflictingApp, verificationProblem } from './custom-domain-rules.ts';

/**
 * What is seen of a name that an app may get, or has:
 * https://learn.microsoft.com/rest/api/containerapps/container-apps/list-custom-host-name-analysis
 */
export function hostNameAnalysis(cloud: Cloud, app: Pick<CloudResource, 'id' | 'body'>, name: string): JsonObject {
  const workload = app.body as unknown as Workload;
  const problem = verificationProblem(cloud, name);
  const other = conflictingApp(cloud, app.id, environmentId(workload) ?? '', name);
  const isOwn = (workload.properties?.configuration?.ingress?.customDomains ?? []).some(
    (domain) => domain.name?.toLowerCase() === name.toLowerCase(),
  );
  return {
    hostName: name,
    isHostnameAlreadyVerified: isOwn && !problem,
    customDomainVerificationTest: problem ? 'Failed' : 'Passed',
    ...(problem && { customDomainVerificationFailureInfo: { code: problem.code, message: problem.message } }),
    hasConflictOnManagedEnvironment: other !== undefined,
    conflictWithEnvironmentCustomDomain: false,
    ...(other && { conflictingContainerAppResourceId: other.id }),
    cNameRecords: [...cloud.lookup(name, 'CNAME')],
    txtRecords: [...cloud.lookup(name, 'TXT')],
    aRecords: [...cloud.lookup(name, 'A')],
    alternateCNameRecords: [...cloud.lookup(`asuid.${name}`, 'CNAME')],
    alternateTxtRecords: [...cloud.lookup(`asuid.${name}`, 'TXT')],
  };
}
