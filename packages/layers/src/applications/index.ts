/**
 * The architectures of Keras's applications.
 *
 * @module
 */
export type { ArchitectureOptions, ImageModel } from "./architecture.ts";
export { ResNet50, ResNet101, ResNet152 } from "./resnet.ts";
