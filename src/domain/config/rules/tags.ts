import { ownerTags } from '../../tags.ts';
import type { DeploymentConfig } from '../model.ts';
import { problem, type RuleProblem } from './rule.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations */
export function tagLimits({ tags, storage }: DeploymentConfig): readonly RuleProblem[] {
  // All resources have the same tags, and those of a storage account have shorter names.
  const longest = storage ? 128 : 512;
  const names = Object.keys(tags);
  // Two are ours: managed-by and draftgenie-environment; a third marks who created a resource.
  const tooMany = names.length > 47 ? [problem('tags', `found ${names.length}; at most 47 are allowed`)] : [];
  const wrong = names.flatMap((name) => {
    if (/[<>%&\\?/]|\p{Cc}/u.test(name) || name.length > longest)
      return [
        problem(
          ['tags', name],
          `allowed in a tag name: at most ${longest} characters, none of < > % & \\ ? / or control characters`,
        ),
      ];
    return (tags[name] ?? '').length > 256 ? [problem(['tags', name], 'at most 256 characters are allowed')] : [];
  });
  return [...tooMany, ...wrong];
}

/** "Tag names are case-insensitive": https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources */
export function tagSpellings({ tags }: DeploymentConfig): readonly RuleProblem[] {
  const seen = new Map(Object.keys(ownerTags('')).map((name) => [name, name]));
  return Object.keys(tags).flatMap((name) => {
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), other ?? name);
    if (other === undefined || other === name) return [];
    const message = `differs from ${other} in case only; Azure takes both for one tag`;
    return [{ ...problem(['tags', name], message), isAboutKey: true as const }];
  });
}
