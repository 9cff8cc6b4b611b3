import { describe, expect, it } from 'vitest';
import { exportFiles } from '../../../src/export/export-files.ts';
import { exportedApplications } from '../../helpers/export/applications.ts';
import { comparable, deployedBodies } from '../../helpers/export/compare.ts';
import { deployed } from '../../helpers/export/exported.ts';

const applications = await exportedApplications();

describe('the template of an environment', () => {
  it.each(Object.keys(applications))('deploys what the plan of %s has, body for body', (name) => {
    const input = deployed(applications[name] ?? '');
    const { files } = exportFiles(input, 'arm');
    const template = JSON.parse(files.get('azuredeploy.json') ?? '');
    const parameters = JSON.parse(files.get('azuredeploy.parameters.json') ?? '');
    expect(deployedBodies(template, parameters)).toEqual(comparable(input));
  });
});
