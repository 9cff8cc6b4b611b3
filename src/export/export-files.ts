import { armFiles } from './arm/arm-files.ts';
import { bicepFiles } from './bicep/bicep-files.ts';
import { buildProject } from './build-project.ts';
import type { ExportInput } from './export-input.ts';
import type { ExportFormat } from './formats.ts';
import type { ExportedProject } from './model.ts';
import { readme } from './readme.ts';
import { hclName } from './terraform/hcl-value.ts';
import { terraformFiles } from './terraform/terraform-files.ts';
import { variableName } from './variable-name.ts';

/** A language in which an environment can be written down. */
interface Format {
  readonly title: string;
  /** Whether it says what a module lies in by name, or by id. */
  readonly existing: boolean;
  files(project: ExportedProject): ReadonlyMap<string, string>;
  /** In turn: what shows the changes, and what makes them. */
  readonly commands: (location: string) => readonly string[];
  /** The variable in which a secret is given that is in no vault yet; undefined: it is asked for. */
  variable?(parameter: string, secret: string): string;
}

const DEPLOYMENT = (location: string, files: string): readonly string[] =>
  ['what-if', 'create'].map((verb) => `az deployment sub ${verb} --name environment --location ${location} ${files}`);

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  bicep: {
    title: 'Bicep',
    existing: true,
    files: bicepFiles,
    commands: (location) => DEPLOYMENT(location, '--parameters main.bicepparam'),
    variable: (_, secret) => variableName(secret),
  },
  arm: {
    title: 'a template of Azure Resource Manager',
    existing: true,
    files: armFiles,
    commands: (location) =>
      DEPLOYMENT(location, '--template-file azuredeploy.json --parameters azuredeploy.parameters.json'),
  },
  terraform: {
    title: 'Terraform, with the provider azapi',
    existing: false,
    files: terraformFiles,
    commands: () => ['terraform init', 'terraform plan', 'terraform apply'],
    variable: (parameter) => `TF_VAR_${hclName(parameter)}`,
  },
};

/** Everything that an export writes, by paths below its folder, and what people are told of it. */
export interface ExportedFiles {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

export function exportFiles(input: ExportInput, name: ExportFormat): ExportedFiles {
  const { [name]: format } = FORMATS;
  const project = buildProject(input, { existing: format.existing });
  const secrets = project.parameters.flatMap(({ name: parameter, secure, secret }) =>
    secure ? [{ parameter, variable: format.variable?.(parameter, secret ?? parameter), secret }] : [],
  );
  const text = readme({
    ...{ project, title: format.title, secrets, commands: format.commands(input.config.azure.location) },
    readsVault: name !== 'terraform',
  });
  return { files: new Map([...format.files(project), ['README.md', text]]), notes: project.notes };
}
