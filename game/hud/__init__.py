"""What is shown, and where. Only this package knows Dear ImGui.

`gui.Gui`          context, fonts, events, addresses (`rects`, `texts`, `states`, `anchors`), keyboard focus; `gui.audit`.
`theme`            every colour, size, space, icon and state word.
`widgets`, `clinical`, `plots`   components; pressing one emits an `Intent` with its address.
`layout`           wide, compact or focus, by effective width.
`models`           what to say: pure text models from observation, hands and help level.
`cases`            a scenario as card and checklist; a score sheet and causal links as debrief rows.
`screens.*`        one module per screen: `draw(gui, view) -> list[Intent]`; views are plain data and textures.
"""
