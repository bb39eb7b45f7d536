#!/usr/bin/env python3
"""Trains the small networks that `npm run compression` measures beside those of other people.

    python3 bench/compression/train_networks.py FOLDER --mnist DIR --fashion DIR [NAME ...]

They are trained in pixels, as networks usually are, and differ in what makes compression hard: size, depth, scale of the
weights, normalisation, dropped and pruned weights, outliers. Needs NumPy. The last 5,000 training pictures are left out
of training; accuracy on them goes to `__metadata__.validation_accuracy`, beside the data set and normalisation.
"""
import argparse
import gzip
import json
import os
import struct

import numpy as np

HELD_OUT = 5000
BATCH = 128


def read_idx(path):
    data = gzip.open(path).read()
    dimensions = struct.unpack(f'>{data[3]}I', data[4:4 + 4 * data[3]])
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(dimensions)


def write_safetensors(path, tensors, metadata):
    header, parts, offset = {'__metadata__': metadata}, [], 0
    for name, values in tensors:
        data = np.ascontiguousarray(values, np.float32).tobytes()
        header[name] = {'dtype': 'F32', 'shape': list(values.shape), 'data_offsets': [offset, offset + len(data)]}
        offset += len(data)
        parts.append(data)
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    with open(path, 'wb') as file:
        file.write(struct.pack('<Q', len(text)) + text + b''.join(parts))


def forward(weights, biases, inputs, drop=0, random=None):
    """The activations of every layer, the inputs first, the logits last."""
    activations = [inputs]
    for layer, (weight, bias) in enumerate(zip(weights, biases)):
        values = activations[-1] @ weight.T + bias
        if layer < len(weights) - 1:
            values = np.maximum(values, 0)
            if drop:
                values = values * (random.random(values.shape) > drop) / (1 - drop)
        activations.append(values.astype(np.float32))
    return activations


def train(folder, name, data, sizes, epochs=2, rate=1e-3, bias=True, mean=0, std=1, optimizer='adam', decay=0, l1=0,
          init=1.0, drop=0, seed=0, change=None):
    random = np.random.default_rng(seed)
    pictures, labels = data
    inputs = ((pictures.reshape(len(pictures), -1).astype(np.float32) / 255) - mean) / std
    count = len(inputs) - HELD_OUT
    shapes = list(zip(sizes, sizes[1:]))
    weights = [random.uniform(-1, 1, (o, i)).astype(np.float32) * init / np.sqrt(i) for i, o in shapes]
    biases = [random.uniform(-1, 1, o).astype(np.float32) / np.sqrt(i) if bias else np.zeros(o, np.float32)
              for i, o in shapes]
    parameters = weights + biases
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    step = 0
    for _ in range(epochs):
        order = random.permutation(count)
        for start in range(0, count, BATCH):
            batch = order[start:start + BATCH]
            activations = forward(weights, biases, inputs[batch], drop, random)
            logits = activations[-1]
            error = np.exp(logits - logits.max(1, keepdims=True))
            error /= error.sum(1, keepdims=True)
            error[np.arange(len(batch)), labels[batch]] -= 1
            error /= len(batch)
            gradients = [None] * len(parameters)
            for layer in range(len(weights) - 1, -1, -1):
                gradients[layer] = error.T @ activations[layer] + decay * weights[layer] + l1 * np.sign(weights[layer])
                gradients[len(weights) + layer] = error.sum(0)
                if layer:
                    error = (error @ weights[layer]) * (activations[layer] > 0) / (1 - drop)
            step += 1
            now = rate * (1 - 0.9 * step / (epochs * count / BATCH))
            for index, (p, g, m, v) in enumerate(zip(parameters, gradients, first, second)):
                if index >= len(weights) and not bias:
                    continue
                m *= 0.9
                if optimizer == 'sgd':
                    m += g
                    p -= now * m
                    continue
                m += 0.1 * g
                v *= 0.999
                v += 0.001 * g * g
                p -= now * (m / (1 - 0.9 ** step)) / (np.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
    if change:
        change(weights, biases, random)
    answers = forward(weights, biases, inputs[count:])[-1].argmax(1)
    accuracy = (answers == labels[count:]).mean()
    print(f'{name}: {accuracy:.2%} on held-out pictures', flush=True)
    tensors = []
    for layer, (weight, offset) in enumerate(zip(weights, biases)):
        tensors.append((f'{2 * layer}.weight', weight))
        if bias:
            tensors.append((f'{2 * layer}.bias', offset))
    dataset = 'fashion-mnist' if name.startswith('fashion') else 'mnist'
    metadata = {'dataset': dataset, 'mean': str(mean), 'std': str(std), 'validation_accuracy': f'{accuracy:.4f}'}
    write_safetensors(os.path.join(folder, f'{name}.safetensors'), tensors, metadata)


def rescale(weights, biases, random):
    """The same function, with neurons of very different scales."""
    for layer in range(len(weights) - 1):
        factors = np.exp(random.standard_normal(len(weights[layer]))).astype(np.float32)
        weights[layer] *= factors[:, None]
        biases[layer] *= factors
        weights[layer + 1] /= factors


def add_outliers(weights, _biases, _random):
    """A weight far from the others: of the first layer where every picture is 0, and of those behind it."""
    for layer in range(len(weights) - 1):
        weights[layer][0, 0] = 3 if layer else 40


def prune(weights, _biases, _random):
    """Seven tenths of the weights are zero."""
    for weight in weights[:-1]:
        weight[abs(weight) < np.quantile(abs(weight), 0.7)] = 0


MNIST = {'mean': 0.1307, 'std': 0.3081}
FASHION = {'mean': 0.286, 'std': 0.353}
NETWORKS = {
    'lenet-300-100': {'sizes': [784, 300, 100, 10], 'epochs': 3},
    'narrow': {'sizes': [784, 32, 16, 10], 'epochs': 3},
    'tiny-10': {'sizes': [784, 10, 10], 'epochs': 3, 'rate': 3e-3, 'seed': 10},
    'tiny-16-16': {'sizes': [784, 16, 16, 10], 'epochs': 3, 'rate': 2e-3, 'seed': 11},
    'tiny-deep': {'sizes': [784, 20, 20, 20, 20, 10], 'epochs': 3, 'rate': 2e-3, 'seed': 21},
    'sgd-30': {'sizes': [784, 30, 10], 'epochs': 4, 'optimizer': 'sgd', 'rate': 0.1, 'seed': 14},
    'logistic': {'sizes': [784, 10]},
    'no-bias-800': {'sizes': [784, 800, 10], 'bias': False, 'rate': 5e-4},
    'deep-6x128': {'sizes': [784] + [128] * 6 + [10], **MNIST},
    'half-half': {'sizes': [784, 128, 64, 10], 'epochs': 4, 'optimizer': 'sgd', 'rate': 0.03, 'mean': 0.5, 'std': 0.5,
                  'seed': 15},
    'raw-255': {'sizes': [784, 128, 10], 'std': 1 / 255, 'init': 0.1, 'seed': 16},
    'overtrained': {'sizes': [784, 100, 10], 'epochs': 10, 'rate': 2e-3, 'seed': 17},
    'l1': {'sizes': [784, 128, 64, 10], 'epochs': 3, 'l1': 1e-5, 'seed': 18},
    'large-init': {'sizes': [784, 128, 128, 10], 'optimizer': 'sgd', 'rate': 0.05, 'init': 3, 'seed': 5, **MNIST},
    'pruned': {'sizes': [784, 256, 128, 10], 'decay': 1e-4, 'drop': 0.2, 'seed': 6, 'change': prune},
    'rescaled': {'sizes': [784, 300, 100, 10], 'seed': 3, 'change': rescale},
    'outliers': {'sizes': [784, 128, 64, 10], 'seed': 4, 'change': add_outliers},
    'dropout-1024-512': {'sizes': [784, 1024, 512, 10], 'epochs': 1, 'drop': 0.2, 'seed': 20},
    'fashion-logistic': {'sizes': [784, 10], 'epochs': 3, 'seed': 12},
    'fashion-tiny-10': {'sizes': [784, 10, 10], 'epochs': 3, 'rate': 3e-3, 'seed': 13},
    'fashion-256-128': {'sizes': [784, 256, 128, 10], 'epochs': 3},
    'fashion-deep': {'sizes': [784, 200, 200, 200, 200, 10], 'optimizer': 'sgd', 'rate': 0.05, 'seed': 7, **FASHION},
    'fashion-dropout': {'sizes': [784, 256, 256, 10], 'drop': 0.4, 'seed': 19, **FASHION},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder')
    parser.add_argument('names', nargs='*', metavar='NAME', help='all if left out')
    parser.add_argument('--mnist', default=os.environ.get('WJPEG_MNIST_DIR'), help='folder of gzipped IDX files')
    parser.add_argument('--fashion', default=os.environ.get('WJPEG_FASHION_DIR'))
    options = parser.parse_intermixed_args()
    os.makedirs(options.folder, exist_ok=True)
    loaded = {}
    for name in options.names or NETWORKS:
        source = options.fashion if name.startswith('fashion') else options.mnist
        if source is None:
            print(f'{name}: skipped, its data are not named')
            continue
        if source not in loaded:
            loaded[source] = [read_idx(os.path.join(source, f'train-{part}-ubyte.gz'))
                              for part in ('images-idx3', 'labels-idx1')]
        train(options.folder, name, loaded[source], **NETWORKS[name])


if __name__ == '__main__':
    main()
