"""What a device is: contract, parts, boards; the device side on a Raspberry Pi."""
