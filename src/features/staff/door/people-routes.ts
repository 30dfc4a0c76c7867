import type { FastifyRequest } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { fieldConflict, fieldProblem, idText, pageQuery, problem, readCursor } from '#foundation/http.ts';
import { drawQrAddress } from '#foundation/qr-rules.ts';
import { changePerson, disablePerson, enablePerson, signOutPerson } from '../accounts/change-person.ts';
import { createInvitation, type Invitation, invitationLink } from '../accounts/create-invitation.ts';
import { normaliseName } from '../accounts/credential-rules.ts';
import { invitePerson } from '../accounts/invite-person.ts';
import { type Person, readPeople } from '../accounts/people-reads.ts';
import { staffRoles } from '../permission-rules.ts';
import { storeAnswer, toStoreAnswer } from './describe-session.ts';
import { readStaffCaller } from './read-staff-caller.ts';
import type { StaffContext } from './staff-context.ts';

const personAnswer = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(staffRoles),
  stores: z.array(storeAnswer),
  state: z.enum(['invited', 'active', 'disabled']),
  hasPassword: z.boolean(),
  hasSecondFactor: z.boolean(),
  hasPin: z.boolean(),
  hasLineLogin: z.boolean(),
  lastSeenAt: z.string().nullable(),
  signedInOn: z.int(),
  invitation: z.object({ expiresAt: z.string() }).nullable(),
});
const invitationAnswer = z.object({ link: z.string(), qr: z.string(), expiresAt: z.string() });
const rank = { role: z.enum(staffRoles), storeIds: z.array(idText).max(500) };
const byId = z.object({ id: idText });
const name = z
  .string()
  .transform(normaliseName)
  .pipe(z.string().regex(/^[^\p{Cc}\p{Cf}]{1,40}$/u, '1 to 40 characters'));

/** `/people`: who works here, in which role and stores, invited by link, let go at once. */
export function peopleRoutes(context: StaffContext): FastifyPluginAsyncZod {
  const mayRead = { scope: null, permission: 'people.read' } as const;
  const mayManage = { scope: null, permission: 'people.manage' } as const;
  const moment = () => ({ now: context.clock.now(), wireNow: context.wire.now() });

  return async (app) => {
    app.get(
      '/people',
      {
        config: mayRead,
        schema: {
          querystring: pageQuery,
          response: { 200: z.object({ items: z.array(personAnswer), nextCursor: z.string().nullable() }) },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query;
        const wireNow = context.wire.now();
        const people = await readPeople(context.db, { after: readCursor(cursor), limit: limit + 1, wireNow });
        const items = people.slice(0, limit).map(toAnswer);
        return { items, nextCursor: people.length > limit ? (items.at(-1)?.id ?? null) : null };
      },
    );

    app.post(
      '/people',
      {
        config: mayManage,
        schema: {
          body: z.strictObject({ name, ...rank }),
          response: { 201: z.object({ person: personAnswer, invitation: invitationAnswer }) },
        },
      },
      async (request, reply) => {
        const { body, actor } = request;
        const storeIds = body.storeIds.map(Number);
        const createdById = readStaffCaller(request).staffId;
        const invited = await context.transact(async (tx) => {
          const made = await invitePerson(tx, { ...moment(), ...body, storeIds, createdById, actor });
          // Thrown within: a refused invitation leaves no account behind.
          if (!made.ok) throw wordRefusal(made.reason);
          return made;
        });
        const person = await readOne(invited.staffId);
        return reply.code(201).send({ person, invitation: toInvitation(invited.invitation) });
      },
    );

    app.post(
      '/people/:id/invitation',
      { config: mayManage, schema: { params: byId, response: { 200: invitationAnswer } } },
      async (request) => {
        const person = await readOne(Number(request.params.id));
        if (person.state === 'disabled')
          throw problem(409, 'disabled', 'Let this person in again before making a link');
        const { actor } = request;
        const staffId = Number(person.id);
        return toInvitation(
          await context.transact((tx) => createInvitation(tx, { ...moment(), staffId, actor })),
        );
      },
    );

    app.put(
      '/people/:id',
      {
        config: mayManage,
        schema: { params: byId, body: z.strictObject(rank), response: { 200: personAnswer } },
      },
      (request) => {
        const storeIds = request.body.storeIds.map(Number);
        return changed(request, (tx, change) =>
          changePerson(tx, { ...change, role: request.body.role, storeIds }),
        );
      },
    );

    for (const [path, work] of [
      ['disable', disablePerson],
      ['enable', enablePerson],
    ] as const) {
      app.post(
        `/people/:id/${path}`,
        { config: mayManage, schema: { params: byId, response: { 200: personAnswer } } },
        (request) => changed(request, work),
      );
    }

    app.post(
      '/people/:id/sign-out',
      { config: mayManage, schema: { params: byId, response: { 200: personAnswer } } },
      (request) => {
        const but = readStaffCaller(request).sessionId;
        return changed(request, (tx, change) => signOutPerson(tx, { ...change, but }));
      },
    );
  };

  async function changed(
    request: FastifyRequest & { params: { id: string } },
    work: (
      tx: Parameters<typeof disablePerson>[0],
      change: Parameters<typeof disablePerson>[1],
    ) => Promise<{ ok: true } | { ok: false; reason: Parameters<typeof wordRefusal>[0] }>,
  ) {
    const staffId = Number(request.params.id);
    await context.transact(async (tx) => {
      const done = await work(tx, { ...moment(), staffId, actor: request.actor });
      if (!done.ok) throw wordRefusal(done.reason);
    });
    return readOne(staffId);
  }

  async function readOne(id: number) {
    const [person] = await readPeople(context.db, { id, limit: 1, wireNow: context.wire.now() });
    if (!person) throw problem(404, 'not_found', 'Nobody here has this id');
    return toAnswer(person);
  }

  function toInvitation({ token, expiresAt }: Invitation) {
    const link = invitationLink(context.origin, token);
    return { link, qr: drawQrAddress(link), expiresAt: expiresAt.toISOString() };
  }
}

function wordRefusal(
  reason:
    | 'name_taken'
    | 'store_needed'
    | 'unknown_store'
    | 'unknown_person'
    | 'last_owner'
    | 'own_role'
    | 'yourself',
) {
  switch (reason) {
    case 'name_taken':
      return problem(409, 'name_taken', 'Somebody here has this name, now or before', [
        { path: 'name', code: 'name_taken', message: 'Taken, now or before' },
      ]);
    case 'store_needed':
      return fieldProblem('storeIds', 'store_needed', 'This role works in at least one store');
    case 'unknown_store':
      return fieldProblem('storeIds', 'unknown_store', 'There is no such store');
    case 'unknown_person':
      return problem(404, 'not_found', 'Nobody here has this id');
    case 'last_owner':
      return fieldConflict(
        'params.id',
        'last_owner',
        'Somebody must own the house: make another owner first',
      );
    case 'own_role':
      return fieldConflict('role', 'own_role', 'Nobody changes their own role');
    case 'yourself':
      return fieldConflict('params.id', 'yourself', 'Nobody lets themselves go');
  }
}

const toAnswer = (person: Person): z.infer<typeof personAnswer> => ({
  id: String(person.id),
  name: person.name,
  role: person.role,
  stores: person.stores.map(toStoreAnswer),
  state: person.state,
  hasPassword: person.hasPassword,
  hasSecondFactor: person.hasSecondFactor,
  hasPin: person.hasPin,
  hasLineLogin: person.hasLineLogin,
  lastSeenAt: person.lastSeenAt?.toISOString() ?? null,
  signedInOn: person.signedInOn,
  invitation: person.invitationExpiresAt && { expiresAt: person.invitationExpiresAt.toISOString() },
});
