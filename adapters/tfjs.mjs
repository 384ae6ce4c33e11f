// TensorFlow.js on its plain JavaScript back end: tf.train, tf.clipByValue and tf.initializers, behind the audit protocol
// (docs/audit-protocol.md).

import { createRequire } from "node:module";
import { createInterface } from "node:readline";

console.log = console.warn = console.info = console.error; // Standard output is for replies.
const tf = createRequire(new URL(".env/tfjs/", import.meta.url))("@tensorflow/tfjs");
await tf.setBackend("cpu");

// What each optimizer is made from, and its defaults. Adagrad's epsilon is the back end's and cannot be given.
const moments = { lr: 1e-3, beta1: 0.9, beta2: 0.999, eps: 1e-7 };
const OPTIMIZERS = {
  sgd: [({ lr, momentum, nesterov }) => (momentum ? tf.train.momentum(lr, momentum, nesterov) : tf.train.sgd(lr)),
    { lr: 1e-3, momentum: 0, nesterov: false }],
  adagrad: [({ lr, initial_accumulator }) => tf.train.adagrad(lr, initial_accumulator), { lr: 1e-3, initial_accumulator: 0.1 }],
  adadelta: [({ lr, rho, eps }) => tf.train.adadelta(lr, rho, eps), { lr: 1e-3, rho: 0.95, eps: 1e-7 }],
  rmsprop: [({ lr, rho, momentum, eps, centered }) => tf.train.rmsprop(lr, rho, momentum, eps, centered),
    { lr: 1e-3, rho: 0.9, momentum: 0, eps: 1e-7, centered: false }],
  adam: [({ lr, beta1, beta2, eps }) => tf.train.adam(lr, beta1, beta2, eps), moments],
  adamax: [({ lr, beta1, beta2, eps }) => tf.train.adamax(lr, beta1, beta2, eps), { ...moments, lr: 2e-3 }],
};
const INITS = {
  xavier_uniform: "glorotUniform", xavier_normal: "glorotNormal", he_uniform: "heUniform", he_normal: "heNormal",
  lecun_uniform: "leCunUniform", lecun_normal: "leCunNormal", zeros: "zeros", ones: "ones",
};

const refuse = (text) => { throw new Error(text); };
const chosen = (table, what, name) => (Object.hasOwn(table, name) ? table[name] : refuse(`there is no ${what} '${name}'`));
const offers = (table, hyper) =>
  Object.fromEntries(Object.keys(table).map((name) => [name, { hyper: hyper(name), dtypes: ["f32"] }]));

// Numbers cross as f64 and are narrowed once; JSON has no word for -0 in JavaScript, nor for what is not finite.
const read = (tensor) => {
  const { data, shape } = Array.isArray(tensor) ? { data: tensor, shape: [tensor.length] } : tensor;
  return tf.tensor(Float32Array.from(data, Number), shape, "float32");
};
const written = (tensor) => ({ shape: tensor.shape, data: tensor.dataSync() });
const encode = (value) =>
  typeof value === "number" ? (Object.is(value, -0) ? "-0.0" : Number.isFinite(value) ? String(value) : `"${value}"`)
  : Array.isArray(value) || ArrayBuffer.isView(value) ? `[${Array.from(value, encode)}]`
  : value && typeof value === "object" ? `{${Object.entries(value).map(([key, x]) => `${JSON.stringify(key)}:${encode(x)}`)}}`
  : JSON.stringify(value);

const running = new Map();
const at = ({ id }) => running.get(id) ?? refuse(`there is no optimizer '${id}'`);

function advance({ optimizer, params }, grads) {
  // The form that minimise() uses for a list of variables; a missing gradient is skipped by the optimizer.
  const tensors = grads.map((grad) => grad && read(grad));
  optimizer.applyGradients(params.map(({ name }, i) => ({ name, tensor: tensors[i] })));
  tf.dispose(tensors);
  return params.map(written);
}

const ANSWERS = {
  hello: () => ({
    protocol: 1, framework: "tfjs", version: tf.version.tfjs, capabilities: ["run", "set_lr", "missing_grad"],
    optimizers: offers(OPTIMIZERS, (name) => OPTIMIZERS[name][1]), schedules: {},
    clips: offers({ value: 0 }, () => ({})), inits: offers(INITS, () => ({})),
  }),
  new({ id, optimizer: name, hyper = {}, dtype, params }) {
    const [make, defaults] = chosen(OPTIMIZERS, "optimizer", name);
    if (dtype !== "f32") refuse(`${name} is in f32 only`);
    for (const given of Object.keys(hyper)) chosen(defaults, `hyper-parameter of ${name}`, given);
    const all = { ...defaults, ...hyper };
    running.set(id, { optimizer: make(all), params: params.map((param) => tf.variable(read(param))) });
    return { hyper: name === "adagrad" ? { ...all, eps: tf.backend().epsilon() } : all };
  },
  step: ({ grads, ...request }) => ({ params: advance(at(request), grads) }),
  run: ({ grads, ...request }) => ({ params: grads.map((row) => advance(at(request), row)) }),
  set_lr({ lr, ...request }) {
    const { optimizer } = at(request);
    if (optimizer.setLearningRate) optimizer.setLearningRate(lr);
    else optimizer.learningRate = lr;
  },
  drop({ id }) {
    tf.dispose(at({ id }).params);
    running.delete(id);
  },
  clip({ kind, limit, grads }) {
    chosen({ value: 0 }, "clip", kind);
    return { grads: grads.map((grad) => written(tf.clipByValue(read(grad), -limit, limit))) };
  },
  init({ kind, shape, seed }) {
    // Shapes of TensorFlow.js are [..., fan_in, fan_out].
    const drawn = tf.initializers[chosen(INITS, "initialiser", kind)]({ seed }).apply([...shape.slice(2), shape[1], shape[0]]);
    const last = shape.length - 1;
    return { tensor: written(tf.transpose(drawn, [last, last - 1, ...Array(last - 1).keys()])) };
  },
  bye: () => ({}),
};

for await (const line of createInterface({ input: process.stdin })) {
  let reply, op;
  try {
    const request = JSON.parse(line);
    op = request.op;
    reply = { ok: true, ...chosen(ANSWERS, "request", op)(request) };
  } catch (error) {
    reply = { ok: false, error: String(error.message).split("\n")[0] };
  }
  process.stdout.write(encode(reply) + "\n", () => op === "bye" && process.exit(0));
}
