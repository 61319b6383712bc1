// Chains of four async calls, each on a promise of its own that nobody settles, among other pending promises.
const kept = (globalThis.kept = []);
async function d() {
  await new Promise((resolve) => kept.push(resolve));
}
async function c() {
  await d();
}
async function b() {
  await c();
}
async function a() {
  await b();
}
exports.start = (chains, others) => {
  for (let i = 0; i < chains; i++) kept.push(a());
  for (let i = 0; i < others; i++) kept.push(new Promise((resolve) => kept.push(resolve)));
};
