import type { RequestHandler } from 'express';
import type { Login } from '../auth/login.ts';
import { HttpFault } from '../fault.ts';

/** Lets through who proves to be somebody; everybody while no login is configured. */
export function requireLogin(login: Login): RequestHandler {
  return async (request, _response, next) => {
    const verdict = await login.check(request.get('Authorization'), request.socket.remoteAddress ?? '');
    switch (verdict.kind) {
      case 'granted':
        next();
        return;
      case 'denied':
        throw new HttpFault(401, 'This needs a login.', { 'WWW-Authenticate': verdict.challenges });
      case 'delayed':
        throw new HttpFault(429, 'Too many logins; try again later.', { 'Retry-After': String(verdict.seconds) });
      default:
        verdict satisfies never;
    }
  };
}
