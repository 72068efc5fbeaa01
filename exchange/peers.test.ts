import { expect, it } from "vitest";
import { describeWith, importPeer } from "./peers.ts";
import { importTensorFlow } from "./tensorflowjs/tensorflow.ts";

describeWith(["@tensorflow/tfjs", "onnxruntime-web"], "the libraries that models are exchanged with", () => {
  it("TensorFlow.js is the version that the guide names", async () => {
    const { version } = await importTensorFlow();
    expect(version.tfjs).toBe("4.22.0");
  });

  it("ONNX Runtime runs in Node", async () => {
    const { InferenceSession } = await importPeer<{
      InferenceSession: { create(model: Uint8Array): Promise<unknown> };
    }>("onnxruntime-web");
    await expect(InferenceSession.create(new Uint8Array([1, 2, 3]))).rejects.toThrow(
      "protobuf parsing failed",
    );
  });
});
