/**
 * Finds the credentials for a registry: the environment's token for GHCR, else the engine's log-in, else none. Secrets only
 * go through stdin and headers, never into an argument list or a message.
 */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

import { ConfigError, EngineError, UsageError } from '@pysan/model';
import { execa } from 'execa';
import { z } from 'zod';

export interface Credentials {
  readonly username: string;
  readonly secret: string;
  /** Their source, for messages: `GHCR_USERNAME and CI_TOKEN`. */
  readonly from: string;
}

/** https://github.com/docker/cli/blob/master/docs/reference/commandline/login.md */
const configSchema = z.object({
  auths: z
    .record(z.string(), z.object({ auth: z.string().optional(), identitytoken: z.string().optional() }))
    .default({}),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).default({}),
});

type DockerConfig = z.infer<typeof configSchema>;

/** Credentials for an owner at a host; undefined if there are none. Throws if the given ones cannot be used. */
export async function findCredentials(
  host: string,
  owner: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  return credentialsOf(host, owner, env) ?? (await fromEngine(host, env));
}

/** The credentials in the environment; undefined if it has none for that host. */
export function credentialsOf(host: string, owner: string, env: NodeJS.ProcessEnv): Credentials | undefined {
  return host === 'ghcr.io' ? fromEnvironment(owner, env) : undefined;
}

/** A token without a user name belongs to the owner. */
function fromEnvironment(
  owner: string,
  { GHCR_USERNAME: username = '', CI_TOKEN: secret = '' }: NodeJS.ProcessEnv,
): Credentials | undefined {
  if (secret === '') {
    if (username !== '') {
      throw new UsageError('GHCR_USERNAME is set and CI_TOKEN is not. Set both or neither.');
    }
    return undefined;
  }
  return username === ''
    ? { username: owner, secret, from: 'CI_TOKEN' }
    : { username, secret, from: 'GHCR_USERNAME and CI_TOKEN' };
}

async function fromEngine(host: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const file = path.join(env['DOCKER_CONFIG'] ?? path.join(env['HOME'] ?? homedir(), '.docker'), 'config.json');
  const config = await readConfig(file);
  if (config === undefined) {
    return undefined;
  }
  const helper = entryOf(config.credHelpers, host) ?? config.credsStore;
  return helper === undefined ? fromFile(file, config, host) : askHelper(file, helper, host, env);
}

async function readConfig(file: string): Promise<DockerConfig | undefined> {
  const text = await readFile(file, 'utf8').catch(absentAsUndefined);
  try {
    return text === undefined ? undefined : configSchema.parse(JSON.parse(text));
  } catch {
    // The message must not quote the file, or the parser's message, which quotes it too: the file contains passwords.
    throw new ConfigError(file, [
      'it does not have the format that `docker login` writes. Log in again, or set DOCKER_CONFIG to another folder',
    ]);
  }
}

function absentAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') {
    throw new EngineError(`The credentials of the engine cannot be read: ${error.message}`, { cause: error });
  }
}

/** Older clients wrote URLs instead of hosts. */
function entryOf<T>(entries: Readonly<Record<string, T>>, host: string): T | undefined {
  return Object.entries(entries).find(([key]) => key.replace(/^https?:\/\//, '').split('/')[0] === host)?.[1];
}

function fromFile(file: string, { auths }: DockerConfig, host: string): Credentials | undefined {
  const entry = entryOf(auths, host);
  if (entry?.identitytoken !== undefined) {
    throw new ConfigError(file, [
      `auths.${host} is an identity token, which pysan cannot use. Log in with a password or token`,
    ]);
  }
  if (entry?.auth === undefined || entry.auth === '') {
    return undefined;
  }
  const [, username = '', secret = ''] =
    /^([^:]*):([^]*)$/.exec(Buffer.from(entry.auth, 'base64').toString('utf8')) ?? [];
  if (username === '' || secret === '') {
    throw new ConfigError(file, [`auths.${host}.auth: expected user and password in base64`]);
  }
  return { username, secret, from: file };
}

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** By the protocol of https://github.com/docker/docker-credential-helpers: the host by stdin, JSON by stdout. */
async function askHelper(
  file: string,
  helper: string,
  host: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  if (!/^[\w.-]+$/.test(helper)) {
    throw new ConfigError(file, [`"${helper}" is not a valid name of a credential helper`]);
  }
  const program = `docker-credential-${helper}`;
  const { exitCode, stdout } = await execa(program, ['get'], { input: host, reject: false, env, extendEnv: false });
  if (exitCode !== 0 && /credentials not found/i.test(stdout)) {
    return undefined;
  }
  const answer = exitCode === 0 ? parseAnswer(stdout) : undefined;
  if (answer === undefined) {
    const outcome =
      exitCode === undefined
        ? 'cannot be run'
        : exitCode === 0
          ? 'answers in an unknown format'
          : `ended with ${exitCode}`;
    throw new EngineError(`${file} names ${program} for ${host}, which ${outcome}. Fix it, or log in again.`);
  }
  return { username: answer.Username, secret: answer.Secret, from: program };
}

function parseAnswer(text: string): z.infer<typeof helperAnswer> | undefined {
  try {
    return helperAnswer.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
