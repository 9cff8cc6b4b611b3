import { type Functions, numberOf, TemplateError, textOf } from '../scope.ts';

/** https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-deployment, …-scope and …-numeric#copyindex */
export const SURROUNDINGS: Functions = {
  parameters: ([wanted], scope, name) => scope.parameter(textOf(wanted, name)),
  variables: ([wanted], scope, name) => scope.variable(textOf(wanted, name)),
  deployment: (_, { surroundings }) => surroundings.deployment(),
  subscription: (_, { surroundings }) => surroundings.subscription(),
  resourceGroup: (_, { surroundings }) => surroundings.resourceGroup(),
  tenant: (_, { surroundings }) => surroundings.tenant(),
  deployer: (_, { surroundings }) => surroundings.deployer(),
  environment: (_, { surroundings }) => surroundings.environment(),
  copyIndex(args, { copies }, name) {
    const loop = typeof args[0] === 'string' ? args[0] : '';
    const offset = args.find((one) => typeof one === 'number') ?? 0;
    const index = copies.get(loop.toLowerCase());
    if (index === undefined) {
      throw new TemplateError(
        `The template function 'copyIndex' is not expected at this location. The function can only be used in a resource with copy specified. Please see https://aka.ms/arm-copy for usage details.`,
      );
    }
    return index + numberOf(offset, name);
  },
};
