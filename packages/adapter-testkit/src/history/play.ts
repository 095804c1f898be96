import assert from 'node:assert/strict';

import type { GroupChange, GroupId, ProvenanceEvent, ReceiverId } from '@xzepr/core';

import type { BackendHarness } from '../backend-harness.js';
import { subjectNamed } from '../scene.js';
import { ADMIN, eventInput, json, once, openRegistryScene, refusal } from '../registry/registry-scene.js';
import { RECEIVERS, SUBJECTS } from './actions.js';
import type { Action, GroupAction, PostAction } from './actions.js';
import { compareWithModel } from './compare.js';
import { emptyModel } from './model.js';
import type { Stage } from './stage.js';

/**
 * Does on a store what `history` says, tells the model the same, and throws where they differ in the end.
 *
 * @internal
 */
export async function play(harness: BackendHarness, history: readonly Action[]): Promise<void> {
  await harness.reset();
  const { scene, close } = openRegistryScene(harness);
  const registries = [scene.another(), scene.another()] as const;
  for (const registry of registries) await registry.close();
  const receiverIds: string[] = [];
  for (let count = 0; count < RECEIVERS; count += 1) receiverIds.push((await scene.receiver()).id);
  const subjects = Array.from({ length: SUBJECTS }, (_, index) => `subject ${String(index)}`);
  const [model, reconciling] = [emptyModel(), scene.another()];
  const stage: Stage = {
    ...{ feed: () => harness.feed(), registries, reconciling, model, receiverIds, subjects },
    ...{ made: { count: 0 }, posted: [] },
  };
  try {
    for (const action of history) await act(stage, action);
    await reconcile(stage);
    await compareWithModel(stage);
  } finally {
    await close();
  }
}

async function act(stage: Stage, action: Action): Promise<void> {
  switch (action.kind) {
    case 'post':
      return post(stage, action.post);
    case 'together':
      return postTogether(stage, action.posts);
    case 'batch':
      return postBatch(stage, action.posts, action.atomic);
    case 'repeat':
      return repeat(stage, action.which);
    case 'reconcile':
      return reconcile(stage);
    default:
      return actOnGroup(stage, action);
  }
}

async function actOnGroup(
  stage: Stage,
  action: Extract<Action, { kind: 'make' | 'change' | 'delete' }>,
): Promise<void> {
  switch (action.kind) {
    case 'make':
      return make(stage, action.group);
    case 'change':
      return change(stage, action.which, action.change);
    case 'delete':
      return remove(stage, action.which);
  }
}

function inputOf(
  { receiverIds, subjects }: Stage,
  { receiver, subject, success, bad }: PostAction,
): ReturnType<typeof eventInput> {
  const [id, name] = [receiverIds[receiver] ?? '', subjects[subject] ?? ''];
  return {
    ...eventInput({ id: id as ReceiverId }, { subject: subjectNamed(name), success }),
    payload: json(bad ? '"bad"' : '1.0'),
  };
}

function told({ model }: Stage, { id, receiverId, subject, success }: ProvenanceEvent): void {
  model.record({ id, receiver: receiverId, subject: subject.name, success });
}

async function post(stage: Stage, action: PostAction): Promise<void> {
  const [registry] = stage.registries;
  const key = once<ProvenanceEvent>(`key ${String(stage.posted.length)}`);
  const recording = registry.recordEvent(ADMIN, inputOf(stage, action), key);
  if (action.bad) {
    await refusal(recording, 'PAYLOAD_REFUSED');
    stage.posted.push({ post: action, answer: 'PAYLOAD_REFUSED' });
    return;
  }
  const recorded = await recording;
  if (recorded.kind !== 'done') throw new Error('the first with a key was answered from it');
  stage.posted.push({ post: action, answer: recorded.value.id });
  told(stage, recorded.value);
}

async function postTogether(stage: Stage, actions: readonly PostAction[]): Promise<void> {
  const answers = await Promise.allSettled(
    actions.map((action, index) =>
      (stage.registries[index % 2] ?? stage.reconciling).recordEvent(ADMIN, inputOf(stage, action)),
    ),
  );
  const events = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  assert.equal(events.length, actions.filter(({ bad }) => !bad).length);
  for (const event of events.toSorted((a, b) => a.position - b.position)) told(stage, event);
}

async function postBatch(stage: Stage, actions: readonly PostAction[], atomic: boolean): Promise<void> {
  const [, registry] = stage.registries;
  const batch = registry.recordBatch(ADMIN, { events: actions.map((action) => inputOf(stage, action)), atomic });
  if (atomic && actions.some(({ bad }) => bad)) {
    await refusal(batch, 'BATCH_REFUSED');
    return;
  }
  const results = await batch;
  assert.deepEqual(
    results.map(({ kind }) => kind),
    actions.map(({ bad }) => (bad ? 'refused' : 'recorded')),
  );
  for (const result of results) if (result.kind === 'recorded') told(stage, result.event);
}

async function repeat(stage: Stage, which: number): Promise<void> {
  const index = which % Math.max(1, stage.posted.length);
  const before = stage.posted[index];
  if (before === undefined) return;
  const key = once<ProvenanceEvent>(`key ${String(index)}`);
  const again = await stage.registries[1].recordEvent(ADMIN, inputOf(stage, before.post), key);
  assert.deepEqual(again, { kind: 'replayed', answer: before.answer });
}

async function make(stage: Stage, { receivers, policy, enabled }: GroupAction): Promise<void> {
  const [registry] = stage.registries;
  const name = `group ${String(stage.made.count)}`;
  stage.made.count += 1;
  const receiverIds = receivers.map((receiver) => stage.receiverIds[receiver] ?? '');
  const input = { name, type: 't', version: '1', description: 'd', receiverIds, policy, enabled };
  const { id } = await registry.createGroup(ADMIN, input);
  stage.model.make({ id, receivers: receiverIds, policy, enabled });
}

function groupAt({ model }: Stage, which: number): GroupId | undefined {
  const ids = [...model.groups.keys()];
  return ids[which % Math.max(1, ids.length)] as GroupId | undefined;
}

async function change(stage: Stage, which: number, action: Partial<GroupAction>): Promise<void> {
  const id = groupAt(stage, which);
  if (id === undefined) return;
  const { receivers, ...rest } = action;
  const receiverIds = receivers?.map((receiver) => stage.receiverIds[receiver] ?? '');
  const asked: GroupChange = receiverIds === undefined ? rest : { ...rest, receiverIds };
  const group = await stage.registries[1].changeGroup(ADMIN, id, asked);
  stage.model.change(id, receiverIds === undefined ? rest : { ...rest, receivers: receiverIds });
  assert.equal(group.resourceVersion, stage.model.groups.get(id)?.version);
}

async function remove(stage: Stage, which: number): Promise<void> {
  const id = groupAt(stage, which);
  if (id === undefined) return;
  await stage.registries[0].deleteGroup(ADMIN, id);
  stage.model.remove(id);
}

async function reconcile(stage: Stage): Promise<void> {
  await stage.reconciling.reconcile();
  stage.model.reconcile(stage.subjects);
}
