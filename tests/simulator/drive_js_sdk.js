// Drives a practice organisation with Genesys' JavaScript SDK, and prints what it was told as JSON.
'use strict';

const sdk = require('purecloud-platform-client-v2');
const asked = JSON.parse(process.argv[2]);

async function refusal(call) {
  try {
    await call;
  } catch (error) {
    return error; // the SDK rejects with the body of the answer
  }
  return null;
}

async function main() {
  const client = sdk.ApiClient.instance;
  client.setGateway({ protocol: 'http', host: '127.0.0.1', port: asked.port });
  const users = new sdk.UsersApi();
  const routing = new sdk.RoutingApi();
  const login = client.loginClientCredentialsGrant(asked.client, 'wrong');
  const wrong = await login.then(() => null, (error) => error.status);
  await client.loginClientCredentialsGrant(asked.client, asked.secret);

  const listed = await users.getUsers({ id: [asked.user, asked.other], state: 'any', pageSize: 100 });
  const queues = await routing.getRoutingQueues({ pageSize: 100 });
  const members = await routing.getRoutingQueueMembers(asked.queue, { pageSize: 100 });
  const own = await users.getUserQueues(asked.user, { joined: true });
  const version = listed.entities.find((user) => user.id === asked.user).version;
  const patched = await users.patchUser(asked.user, { state: 'inactive', version });
  const stale = await refusal(users.patchUser(asked.user, { state: 'active', version }));
  await routing.postRoutingQueueMembers(asked.queue, [{ id: asked.user }], { _delete: true });
  const left = await routing.getRoutingQueueMembers(asked.queue, { pageSize: 100 });
  const missing = await refusal(users.getUser(asked.nobody));
  const many = await refusal(users.getUsers({ id: Array(101).fill(asked.user) }));

  const ids = (listing) => listing.entities.map((each) => each.id);
  console.log(JSON.stringify({
    wrong,
    users: listed.entities.map((user) => [user.id, user.state]),
    queues: ids(queues),
    members: members.entities.map((member) => [member.id, member.memberBy, member.joined]),
    own: ids(own),
    patched: [patched.state, patched.version - version],
    stale,
    left: ids(left),
    missing,
    many,
  }));
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
