import { ExitCode } from '../exit-code.ts';
import type { ErrorDescription } from './description.ts';

/** Source trees, archives of them, and the images built from them. */
export const SOURCE_ERRORS = {
  build_failed: {
    meaning: 'The build of an image failed, or pushed no image; the end of its log is in the message.',
    next: 'Correct the Dockerfile or the sources of the service, and deploy again; other images are kept.',
    exitCode: ExitCode.failed,
  },
  docker_unavailable: {
    meaning: 'docker.builder is local, and there is no docker here that can build.',
    next: 'Install and start docker, or let the registry build: take docker.builder out. An app has no docker.',
    exitCode: ExitCode.failed,
  },
  git_ref_unknown: {
    meaning: 'The repository of docker.source has no such branch or tag.',
    next: 'Correct docker.source; a commit has to be written with all its digits.',
    exitCode: ExitCode.failed,
  },
  git_source_unreachable: {
    meaning: 'The repository of docker.source cannot be read.',
    next: 'Check the address and the network; deploy a private repository from a directory with --source DIR.',
    exitCode: ExitCode.failed,
  },
  image_missing: {
    meaning: 'deployment.skip_build is set, and the registry has no image of the service.',
    next: 'Set deployment.skip_build to false once, or push the image.',
    exitCode: ExitCode.failed,
  },
  source_archive_invalid: {
    meaning: 'The source archive cannot be unpacked safely, or is no .tar.gz.',
    next: 'Pack the source tree again, with the command line or as a plain .tar.gz, and upload it.',
    exitCode: ExitCode.failed,
  },
  link_refused: {
    meaning:
      'A file of a configuration that is not trusted is a link, or lies behind one, which may lead to any file of this machine.',
    next: 'Put the file itself there.',
    exitCode: ExitCode.usage,
    wrong: 'configuration',
  },
  source_changed: {
    meaning: 'A file of the source tree changed while it was read.',
    next: 'Run the command again when nothing writes to the source tree.',
    exitCode: ExitCode.failed,
  },
  source_invalid: {
    meaning: 'Images cannot be built from the sources as they are; every problem is listed.',
    next: 'Correct the Dockerfiles or .dockerignore, or name another tree with --source DIR.',
    exitCode: ExitCode.failed,
  },
  package_missing: {
    meaning: 'A resource names the archive of its app (`package`), and it is not in the source tree.',
    next: 'Name the tree in which it lies with --source DIR.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  package_not_published: {
    meaning: 'Azure took the archive of an app, and could not publish it.',
    next: 'Look at the reason that it gave; then start the deployment again, which sends the archive again.',
    exitCode: ExitCode.failed,
  },
  orchestrations_under_way: {
    meaning:
      'An app is to keep its orchestrations elsewhere (--backend of install), and some are under way that would stay behind.',
    next: 'Wait until its runs have ended, or cancel them; then start the deployment again. Nothing was changed.',
    exitCode: ExitCode.failed,
  },
  source_missing: {
    meaning: 'Images have to be built, and the source tree is not there.',
    next: 'Name it with --source DIR; for an app, upload an archive with POST /api/sources.',
    exitCode: ExitCode.usage,
    wrong: 'command',
  },
  source_unknown: {
    meaning: 'The app has no source archive of this digest.',
    next: 'Upload it again: POST /api/sources answers where.',
    exitCode: ExitCode.failed,
    status: 404,
  },
  source_upload_failed: {
    meaning: 'The source archive did not reach the storage of the app.',
    next: 'Try again; if it stays so, look at the storage of the app.',
    exitCode: ExitCode.failed,
  },
} as const satisfies Readonly<Record<string, ErrorDescription>>;
