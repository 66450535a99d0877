"""Bytes in and out, nothing else: serial lines and MQTT brokers."""
