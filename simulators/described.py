"""What each kind of simulated device, patient and treatment is, in a line."""

DEVICES: dict[str, str] = {
    "dinamap": "GE DINAMAP: answers polls; its own cuff cycle of about half a minute, which can fail",
    "masimo-ascii1": "Masimo, a line a second; held numbers, pulse search, its own limits",
    "masimo-trend": "Masimo, print-out of what is stored",
    "nellcor": "Nellcor, a line every two seconds under page headers",
    "nonin-1": "Nonin, three bytes a second",
    "nonin-2": "Nonin, 75 frames a second with the pulse wave",
    "nonin-7": "Nonin, the same with a finer wave",
    "nonin-8": "Nonin, four bytes a second; numbers held after the finger is out",
    "nonin-13": "Nonin, a packet a spot check",
    "nonin-ascii": "Nonin tabletop, a line a second",
    "contec-v7": "CONTEC, 60 packets a second while it is kept awake",
    "contec-5byte": "CONTEC, older: 60 packets a second",
    "bci-5byte": "Berry and BCI finger clips: 100 packets a second",
    "berry-pm6750": "Berry PM6750: a patient monitor module with ECG, cuff and oximeter on one wire",
    "datex-dri": "GE / Datex patient monitor: records once it was asked; ECG, cuff and oximeter on one wire",
    "suntech": "SunTech blood pressure module: answers only; its cuff is started and aborted by the host",
    "chairside-json": "a monitor behind an MQTT gateway, oximeter and cuff",
    "gatt-2a35": "Bluetooth cuff behind a gateway that passes on its values",
    "gatt-2a5e": "Bluetooth oximeter for spot checks, the same way",
    "gatt-2a5f": "Bluetooth oximeter, a value a second",
    "teleicu-json": "TeleICU middleware: an array each 5 s, pressures repeated, times without a zone",
    "fhir-observation": "an integration engine: FHIR Observations each 5 s, tagged as test data",
    "hl7-oru": "a monitor that calls with HL7 v2 over MLLP each 5 s, marked as test data",
    "mqtt-values": "a home-made board as with ESPHome: one number a topic, held after the probe is off",
    "mqtt-json": "a logger as VSCapture: JSON with numbers as text, read by a mapping",
}
"""What each kind is, for the list that people choose from."""

PATIENTS: dict[str, str] = {
    "yale": "large rises: +16/+11 mmHg at the end of the infusion, as 2342 infusions at Yale",
    "guangzhou": "+7.4/+6.0, as 741 infusions in Guangzhou",
    "emory": "small rises: +3.3/+3.2, as 684 infusions at Emory; older, more hypertension",
    "esketamine": "the nasal spray: peak at 40 minutes, slow to go",
    "hypertensive": "no cohort: passes 180/110 between minute 15 and 35",
}

TREATMENTS: dict[str, str] = {
    "rate": "the infusion's rate, times the planned one; 0 stops it",
    "bolus": "ketamine at once, mg/kg",
    "labetalol": "against a high pressure, mg",
}
