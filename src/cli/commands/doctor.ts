import { type Examination, examinationsFailed } from '../../doctor/examination.ts';
import { examine } from '../../doctor/examine.ts';
import { ExitCode } from '../../shared/errors.ts';
import { writeOutput } from '../json/write-output.ts';
import { localPatient } from '../local/patient.ts';
import { type CommonOptions, refuseRemote } from '../options.ts';
import { doctorSummary, examinationText } from '../render/doctor-text.ts';
import type { Terminal } from '../terminal.ts';

type DoctorOptions = CommonOptions & { readonly source: string | undefined };

/** Looks at everything that a deployment from this machine needs, and says what to do about what is not in order. */
export async function doctorCommand(terminal: Terminal, options: DoctorOptions): Promise<ExitCode> {
  refuseRemote(options, 'doctor');
  const isJson = options.output === 'json';
  const found: Examination[] = [];
  const patient = localPatient(options);
  try {
    for await (const examination of examine(patient)) {
      found.push(examination);
      if (!isJson) terminal.stdout.write(examinationText(examination));
    }
  } finally {
    await patient.close();
  }
  const isOk = !examinationsFailed(found);
  if (isJson) writeOutput(terminal, 'doctor', { type: 'doctor', ok: isOk, checks: found });
  else terminal.stdout.write(doctorSummary(found));
  return isOk ? ExitCode.ok : ExitCode.failed;
}
